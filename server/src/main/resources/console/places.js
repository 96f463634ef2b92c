// Where regions are, by the names that people give them. A name that isn't known has no place, and then all stand in a ring.

const KNOWN = {
  us: [-80, 39], 'us-east': [-77, 39], 'us-east-2': [-83, 40], 'us-west': [-121, 43], 'us-west-1': [-122, 37],
  'us-central': [-96, 41], 'us-south': [-97, 31], na: [-96, 41], ca: [-73, 46], 'ca-west': [-114, 51], mx: [-99, 20],
  sa: [-47, -23], br: [-47, -23], latam: [-58, -30],
  eu: [9, 50], 'eu-west': [-6, 53], 'eu-west-2': [0, 52], 'eu-west-3': [2, 49], 'eu-central': [9, 50],
  'eu-north': [18, 60], 'eu-south': [9, 45], uk: [-1, 52], gb: [-1, 52], de: [9, 50], fr: [2, 48], nl: [5, 52],
  me: [51, 26], il: [35, 32], af: [28, -26], za: [28, -26], africa: [28, -26],
  in: [75, 19], 'ap-south': [73, 19], 'ap-south-2': [78, 17], ap: [104, 2], asia: [104, 2], apac: [104, 2], sg: [104, 2],
  'ap-southeast': [104, 2], 'ap-southeast-2': [150, -33], 'ap-southeast-3': [107, -6], 'ap-southeast-4': [145, -37],
  'ap-northeast': [139, 36], 'ap-northeast-2': [127, 37], 'ap-northeast-3': [135, 35], 'ap-east': [114, 22],
  jp: [139, 36], kr: [127, 37], hk: [114, 22], cn: [116, 40], tw: [121, 24], au: [150, -33], nz: [175, -38], oceania: [150, -33],
};

// The longest known beginning counts: us-east-1b is us-east.
function place(name) {
  const parts = name.toLowerCase().split(/[-_]|(?<=[a-z])(?=[0-9])/);
  for (let length = parts.length; length > 0; length--) {
    const known = KNOWN[parts.slice(0, length).join('-')];
    if (known) {
      return known;
    }
  }
  return null;
}

// Longitude and latitude of each region, or null: they aren't all known, or two are at one place.
export function placesOf(names) {
  const places = names.map(place);
  const different = new Set(places.map(String)).size === names.length;
  return places.every(Boolean) && different ? places : null;
}

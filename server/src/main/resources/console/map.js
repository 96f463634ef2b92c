// Regions where people expect them, or in a ring; round trips on the ways between them.
import { svg, regionColor } from './console.js';

const WIDTH = 800;
const HEIGHT = 400;
const KNOWN = [
  [/^(us|na|ca|america)/, 0.19, 0.42],
  [/^(sa|br|south-am)/, 0.31, 0.77],
  [/^(eu|uk|de|fr)/, 0.50, 0.24],
  [/^(af|za)/, 0.53, 0.72],
  [/^(me|il|in|south-asia)/, 0.65, 0.46],
  [/^(ap|asia|jp|kr|sg|cn)/, 0.82, 0.42],
  [/^(au|oc|nz)/, 0.86, 0.79],
];

/** By region's name: where it is drawn. Several of the same part of the world stand beside each other. */
function places(regions) {
  const at = new Map();
  const taken = new Map();
  regions.forEach((region, index) => {
    const known = KNOWN.find(([pattern]) => pattern.test(region.name));
    if (known) {
      const before = taken.get(known) ?? 0;
      taken.set(known, before + 1);
      at.set(region.name, [known[1] * WIDTH + before * 38, known[2] * HEIGHT + before * 84]);
    } else {
      const angle = (index / regions.length) * 2 * Math.PI - Math.PI / 2;
      at.set(region.name, [WIDTH / 2 + Math.cos(angle) * 270, HEIGHT / 2 + Math.sin(angle) * 140]);
    }
  });
  return at;
}

/** A curve that keeps away from what is between its ends. */
function bow([x1, y1], [x2, y2], others) {
  const curves = [-0.16, 0.3].map(bend => {
    const middle = [(x1 + x2) / 2, (y1 + y2) / 2 + Math.hypot(x2 - x1, y2 - y1) * bend];
    // The curve's own middle, for the label.
    const label = [(x1 + 2 * middle[0] + x2) / 4, (y1 + 2 * middle[1] + y2) / 4];
    return { middle, label, room: Math.min(...others.map(([x, y]) => Math.hypot(x - label[0], y + 20 - label[1]))) };
  });
  return curves[0].room > 90 ? curves[0] : curves[1];
}

const COLOR = { healthy: 'var(--good)', degraded: 'var(--warn)', lost: 'var(--bad)' };

export function drawMap(into, state) {
  const at = places(state.regions);
  const health = new Map(state.regions.map(region => [region.name, region.health]));
  const parts = [];
  for (let i = 1; i < 6; i++) {
    parts.push(svg('ellipse', { class: 'graticule', cx: WIDTH / 2, cy: HEIGHT / 2, rx: 370 * Math.sin(i * Math.PI / 10), ry: 186 }));
    parts.push(svg('path', { class: 'graticule', d: `M ${WIDTH / 2 - 370 * Math.sin(i * Math.PI / 6)} ${14 + i * 62} H ${WIDTH / 2 + 370 * Math.sin(i * Math.PI / 6)}` }));
  }
  for (const link of state.links.filter(each => at.has(each.from) && at.has(each.to))) {
    const from = at.get(link.from);
    const to = at.get(link.to);
    const cut = health.get(link.from) === 'lost' || health.get(link.to) === 'lost';
    const others = state.regions.map(each => each.name).filter(name => name !== link.from && name !== link.to).map(name => at.get(name));
    const { middle, label } = bow(from, to, others);
    parts.push(svg('path', { class: cut ? 'link cut' : 'link', d: `M ${from} Q ${middle} ${to}` }));
    if (!cut) {
      parts.push(svg('text', { class: 'rtt', x: label[0], y: label[1] }, `${link.rttMs} ms`));
    }
  }
  for (const region of state.regions) {
    const [x, y] = at.get(region.name);
    const size = 13 + Math.min(16, Math.sqrt(region.shardsLed) * 4);
    parts.push(svg('g', { class: 'region', 'data-region': region.name, 'data-health': region.health, transform: `translate(${x} ${y})` }, [
      svg('circle', { class: 'halo', r: size + 11, fill: COLOR[region.health] }),
      svg('circle', { r: size, fill: region.health === 'healthy' ? regionColor(region.name) : COLOR[region.health] }),
      svg('text', { class: 'name', y: size + 26 }, region.name),
      svg('text', { class: 'facts dim', y: size + 48 }, region.health === 'lost' ? 'lost' : `${region.shardsLed} leaders · ${region.sessions} clients`),
    ]));
  }
  into.replaceChildren(...parts);
}

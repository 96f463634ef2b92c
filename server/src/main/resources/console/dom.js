// Small words for making and changing what is on the page.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// An element of the page; attributes that are null or false are left out.
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

// An element of a drawing.
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function byId(id) {
  return document.getElementById(id);
}

// Changes a text only if it is another one: selections survive.
export function say(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

// 0.4 ms, 76 ms.
export function milliseconds(value) {
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ms`;
}

export function rate(value) {
  const kilo = value >= 10_000;
  const shown = kilo ? value / 1_000 : value;
  return `${shown < 100 ? Math.round(shown * 10) / 10 : Math.round(shown)}${kilo ? 'k' : ''}`;
}

export function clock(millis) {
  return new Date(millis).toLocaleTimeString('en-GB');
}

// The class that gives a region its colour: by its place in the cluster's order.
export function colourOf(regions, name) {
  const index = regions.findIndex((region) => region.name === name);
  return index < 0 ? 'region-none' : `region-${index % 8}`;
}

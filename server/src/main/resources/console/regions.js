// One card a region: its nodes, each with its state, leaders, sessions and memory.

import { colourOf, count, el } from './dom.js';

const MEBIBYTE = 1 << 20;

function nodeRow(node) {
  const state = node.state === 'alive' && node.draining ? 'draining' : node.state;
  const link = node.edge ? el('a', { href: `${location.protocol}//${node.edge}/console`, rel: 'noreferrer' }, node.name) : node.name;
  return el('li', { class: `node ${state}`, 'data-node': node.name, title: node.trouble || `${node.name} is ${state}` },
    el('i', { class: 'dot' }),
    el('span', { class: 'node-name' }, link),
    el('span', { class: 'quiet' }, node.state === 'alive' && !node.draining
      ? `${count(node.shardsLed, 'leader')} · ${count(node.sessions, 'client')} · ${Math.round(node.rssBytes / MEBIBYTE)} MiB`
      : node.trouble || state));
}

function card(state, region) {
  return el('article', { class: `card region-card ${region.health} ${colourOf(state.regions, region.name)}`, 'data-region': region.name, 'data-health': region.health },
    el('header', {},
      el('h3', {}, el('i', { class: 'swatch' }), region.name),
      el('span', { class: `badge ${region.health}` }, region.health)),
    el('p', { class: 'figures' },
      el('b', {}, String(region.shardsLed)), ` ${region.shardsLed === 1 ? 'leader' : 'leaders'} `,
      el('b', {}, region.sessions.toLocaleString('en')), ` ${region.sessions === 1 ? 'client' : 'clients'}`),
    el('ul', { class: 'nodes' }, ...region.nodes.map(nodeRow)));
}

export function showRegions(place, state) {
  const shown = JSON.stringify(state.regions);
  if (place.dataset.shown !== shown) {
    place.dataset.shown = shown;
    place.replaceChildren(...state.regions.map((region) => card(state, region)));
  }
}

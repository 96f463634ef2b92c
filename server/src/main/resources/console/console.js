// The console: follows the node's state and draws it. No framework, nothing from elsewhere.
import { drawMap } from './map.js';
import { drawCharts } from './charts.js';

const KEY = 'skein-credential';
const byId = id => document.getElementById(id);

function made(node, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  node.append(...[content ?? []].flat());
  return node;
}

export function element(name, attributes = {}, content) {
  return made(document.createElement(name), attributes, content);
}

export function svg(name, attributes = {}, content) {
  return made(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, content);
}

let order = [];

/** Each region has its color everywhere. */
export function regionColor(region) {
  return `var(--c${Math.max(0, order.indexOf(region)) % 6})`;
}

function paint(node, property, value) {
  node.style.setProperty(property, value);
  return node;
}

// ---- drawing

function draw(state) {
  order = state.regions.map(region => region.name);
  byId('where').textContent = `${state.cluster} · as ${state.node} sees it`;
  drawMap(byId('map'), state);
  drawCharts(byId('charts'), state.lines);
  drawLegend();
  drawNamespaces(state);
  drawEvents(state.events);
  drawNodes(state.regions);
}

function drawLegend() {
  byId('legend').replaceChildren(...order.map(region =>
    element('span', {}, [paint(element('i'), 'background', regionColor(region)), region])));
}

function drawNamespaces(state) {
  const regionOf = new Map(state.regions.flatMap(region => region.nodes.map(node => [node.name, region.name])));
  byId('namespaces').replaceChildren(...state.namespaces.map(namespace => {
    const shards = namespace.leaders.map((leader, shard) => {
      const square = element('span', {
        class: leader ? 'shard' : 'shard none',
        'data-leader': leader,
        title: `${namespace.name}/${shard}: ${leader || 'no leader'}`,
      });
      return leader ? paint(square, 'background-color', regionColor(regionOf.get(leader))) : square;
    });
    const losses = namespace.losses.map(loss =>
      element('span', { class: loss.survives ? 'chip good' : 'chip bad' }, `${loss.survives ? '✓' : '✗'} ${loss.region}`));
    return element('div', { class: 'namespace', 'data-namespace': namespace.name }, [
      element('div', { class: 'head' }, [
        element('span', { class: 'name' }, namespace.name),
        element('span', { class: 'note' },
          `${namespace.shardsLed} of ${namespace.shards} led, ${namespace.shardsLedAtHome} in ${namespace.homeRegion || 'no home'}; goal: a ${namespace.survivalGoal}; ${namespace.fsync === 'always' ? 'fsync before each ack' : 'fsync at intervals'}`),
      ]),
      element('div', { class: 'shards' }, shards),
      element('div', { class: 'chips' }, ['would survive losing', ...losses]),
      ...(namespace.goalMet ? [] : [element('div', { class: 'chips' }, [element('span', { class: 'chip bad' }, namespace.goalText)])]),
    ]);
  }));
}

function drawEvents(events) {
  byId('events').replaceChildren(...(events.length ? events.map(event => element('li', {}, [
    element('time', { datetime: new Date(event.timeMs).toISOString() }, new Date(event.timeMs).toLocaleTimeString('en-GB')),
    element('i', { class: event.good ? 'good' : '' }),
    element('span', {}, event.text),
  ])) : [element('li', { class: 'nothing' }, 'Nothing since this node started.')]));
}

function drawNodes(regions) {
  const heads = ['node', 'region', 'zone', 'state', 'leads', 'replicas', 'clients', 'memory', ''];
  const rows = regions.flatMap(region => region.nodes.map(node => {
    const state = node.state === 'alive' && node.draining ? 'draining' : node.state;
    const mood = state === 'alive' ? 'good' : state === 'draining' || state === 'suspect' ? 'warn' : 'bad';
    const cells = [node.name, region.name, node.zone, element('span', { class: `pill ${mood}` }, state),
      node.shardsLed, node.replicas, node.sessions, `${Math.round(node.rssBytes / 2 ** 20)} MiB`, node.trouble];
    return element('tr', { 'data-node': node.name }, cells.map((cell, index) =>
      element('td', index >= 4 && index <= 7 ? { class: 'number' } : {}, cell instanceof Node ? cell : String(cell))));
  }));
  byId('nodes').replaceChildren(
    element('thead', {}, element('tr', {}, heads.map((head, index) =>
      element('th', index >= 4 && index <= 7 ? { class: 'number' } : {}, head)))),
    element('tbody', {}, rows));
}

// ---- following

function connection(text, mood) {
  byId('connection').textContent = text;
  byId('connection').className = `pill ${mood}`;
}

function show(state) {
  byId('key').hidden = true;
  byId('all').hidden = false;
  connection('live', 'good');
  draw(state);
}

function askForKey(text) {
  byId('all').hidden = true;
  byId('key').hidden = false;
  byId('refused').textContent = sessionStorage.getItem(KEY) ? text : '';
  connection('waiting for a key', 'warn');
}

/** EventSource can't send a credential, so the stream is read by hand. Answers whether to try again. */
async function follow() {
  const credential = sessionStorage.getItem(KEY);
  const headers = { accept: 'text/event-stream' };
  if (credential) {
    headers.authorization = `apikey ${credential}`;
  }
  const response = await fetch('/console/state', { headers, cache: 'no-store' });
  if (response.status === 401) {
    askForKey(await response.text());
    return false;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    const events = text.split('\n\n');
    text = events.pop();
    const newest = events.filter(event => event.startsWith('data: {"')).at(-1);
    if (newest) {
      show(JSON.parse(newest.slice('data: '.length)));
    }
  }
  return true;
}

async function followForEver() {
  for (let again = true, pause = 500; again; pause = Math.min(8_000, pause * 2)) {
    const begun = Date.now();
    try {
      again = await follow();
    } catch {
      // The node is away: as below.
    }
    if (again) {
      pause = Date.now() - begun > 10_000 ? 500 : pause;
      connection('this node doesn’t answer', 'bad');
      await new Promise(done => setTimeout(done, pause * (0.5 + Math.random() / 2)));
    }
  }
}

if (byId('all')) {
  byId('key').addEventListener('submit', event => {
    event.preventDefault();
    sessionStorage.setItem(KEY, byId('credential').value.trim());
    followForEver();
  });
  followForEver();
}

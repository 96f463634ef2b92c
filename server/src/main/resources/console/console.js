// The console: follows the node's state and has each part of the page show it. No framework, nothing from elsewhere.

import { Chart } from './charts.js';
import { byId, clock, count, el, milliseconds, rate, say } from './dom.js';
import { WorldMap } from './map.js';
import { Namespaces } from './namespaces.js';
import { showRegions } from './regions.js';

const KEY = 'skein-credential';

const map = new WorldMap(byId('map'));
const namespaces = new Namespaces(byId('namespaces'));
const charts = [
  new Chart(byId('charts'), 'Messages a second', [
    ['delivered', 'deliveredPerSecond', 'series-a'], ['published', 'publishedPerSecond', 'series-b'],
  ], rate, 10),
  new Chart(byId('charts'), 'Publish to acknowledgement', [
    ['99th percentile', 'ackP99Ms', 'series-d'], ['median', 'ackP50Ms', 'series-a'],
  ], milliseconds, 5),
  new Chart(byId('charts'), 'Publish to delivery', [
    ['99th percentile', 'deliveryP99Ms', 'series-d'], ['median', 'deliveryP50Ms', 'series-a'],
  ], milliseconds, 5),
  new Chart(byId('charts'), 'Clients of this node', [['clients', 'sessions', 'series-c']], (value) => String(Math.round(value)), 4),
];

// ---- what is shown

// The one sentence on top: mood, headline, more.
function verdict(state) {
  const named = (health) => state.regions.filter((region) => region.health === health).map((region) => region.name).join(' and ');
  const shards = state.namespaces.reduce((sum, namespace) => sum + namespace.shards, 0);
  const led = state.namespaces.reduce((sum, namespace) => sum + namespace.shardsLed, 0);
  const leading = led === shards ? 'every shard is led' : `${count(shards - led, 'shard')} of ${shards} without a leader`;
  if (named('lost')) {
    return [led === shards ? 'warn' : 'bad', `${named('lost')} out of reach`, led === shards ? 'every shard is led elsewhere; messages go on' : leading];
  }
  if (led < shards) {
    return ['warn', 'Electing', leading];
  }
  if (named('draining')) {
    return ['warn', `${named('draining')} draining`, leading];
  }
  if (named('degraded')) {
    return ['warn', `Not all nodes of ${named('degraded')} are well`, leading];
  }
  return ['good', `All ${count(state.regions.length, 'region')} healthy`, `${count(shards, 'shard')}, ${leading}`];
}

function showEvents(events) {
  const entries = events.map((event) => el('li', { class: `event ${event.good ? 'good' : 'bad'}`, 'data-kind': event.kind },
    el('time', { datetime: new Date(event.timeMs).toISOString() }, clock(event.timeMs)), el('i', { class: 'dot' }), el('span', {}, event.text)));
  byId('events').replaceChildren(...(entries.length ? entries : [el('li', { class: 'quiet' }, 'Nothing since this node started.')]));
}

function show(state) {
  document.body.classList.remove('waiting', 'stale');
  const [mood, headline, more] = verdict(state);
  byId('verdict').className = `verdict ${mood}`;
  say(byId('headline'), headline);
  say(byId('more'), more);
  say(byId('cluster'), state.cluster);
  say(byId('node'), state.node);
  say(byId('live'), `live · ${clock(state.timeMs)}`);
  map.show(state);
  showRegions(byId('regions'), state);
  namespaces.show(state);
  showEvents(state.events);
  charts.forEach((chart) => chart.show(state.lines));
}

// ---- following

// Asks for a key; answers when there is one.
function askForKey(text) {
  document.body.classList.remove('waiting');
  say(byId('refused'), sessionStorage.getItem(KEY) ? text : '');
  byId('sign-in').showModal();
  return new Promise((given) => {
    byId('sign-in-form').onsubmit = (event) => {
      event.preventDefault();
      sessionStorage.setItem(KEY, byId('credential').value.trim());
      byId('credential').value = '';
      byId('sign-in').close();
      given();
    };
  });
}

// EventSource can't send a credential, so the stream is read by hand. Answers 'again' when there is another credential to try.
async function follow() {
  const credential = sessionStorage.getItem(KEY);
  const headers = { accept: 'text/event-stream', ...(credential ? { authorization: `apikey ${credential}` } : {}) };
  const response = await fetch('/console/state', { headers, cache: 'no-store' });
  if (response.status === 401) {
    await askForKey(await response.text());
    return 'again';
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    const events = text.split('\n\n');
    text = events.pop();
    const newest = events.filter((event) => event.startsWith('data: {"')).at(-1);
    if (newest) {
      show(JSON.parse(newest.slice('data: '.length)));
    }
  }
  return 'ended';
}

for (let pause = 500; ; pause = Math.min(8_000, pause * 2)) {
  const begun = Date.now();
  try {
    if (await follow() === 'again') {
      continue;
    }
  } catch {
    // The node is away: as below.
  }
  pause = Date.now() - begun > 10_000 ? 500 : pause;
  document.body.classList.add('stale');
  say(byId('live'), 'this node doesn’t answer');
  await new Promise((done) => setTimeout(done, pause * (0.5 + Math.random() / 2)));
}

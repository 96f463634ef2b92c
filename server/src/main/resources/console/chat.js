// A chat on the official SDK that goes on in another region when its own is lost. The SDK keeps to the address that it was given: so each region
// is a client of its own, and the next begins at the position where the one before ended.
import { byId, clock, colourOf, count, el, say } from './dom.js';

const CHANNEL = new URLSearchParams(location.search).get('channel') ?? 'default:console-chat';
const SHOWN_MAX = 300;
const PATIENCE_MS = 2_500;
const TOKEN = 'skein-token';
const UNAUTHORIZED = [101, 109, 3500];

let servers = [];
let regions = [];
let at = 0;
let client = null;
let position = null;
let last = 0;
let reconnects = 0;
let everConnected = false;
let troubles = 0;
let patience = null;

const user = sessionStorage.getItem('skein-user') ?? `guest-${Math.floor(Math.random() * 900 + 100)}`;
byId('user').value = user;

// How the connection is: a word and a mood.
function connection(text, mood) {
  document.body.classList.toggle('waiting', mood === 'warn');
  document.body.classList.toggle('stale', mood === 'bad');
  say(byId('connection'), text);
}

function served(text, region) {
  say(byId('served'), text);
  byId('served').className = region ? colourOf(regions, region) : '';
}

function trouble(text) {
  troubles++;
  say(byId('order'), text ?? count(troubles, 'gap or duplicate', 'gaps or duplicates'));
  byId('order').className = 'some';
}

function notice(text, mood = '') {
  show(el('div', { class: `notice ${mood}` }, text));
}

function show(line) {
  const messages = byId('messages');
  const atEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 60;
  messages.append(line);
  while (messages.childElementCount > SHOWN_MAX) {
    messages.firstElementChild.remove();
  }
  if (atEnd) {
    messages.scrollTop = messages.scrollHeight;
  }
}

function received(publication) {
  const { offset, data } = publication;
  if (last && offset !== last + 1) {
    trouble();
  }
  last = offset;
  say(byId('serial'), `#${offset}`);
  const mine = data?.user === byId('user').value;
  const region = String(data?.region ?? '');
  show(el('div', { class: `message ${mine ? 'mine' : ''} ${colourOf(regions, region)}`, 'data-serial': offset },
    el('span', { class: 'number' }, `#${offset}`),
    el('div', { class: 'bubble' },
      el('header', {}, el('b', {}, String(data?.user ?? 'somebody')), `${region ? `${region} · ` : ''}${clock(data?.sent ?? Date.now())}`),
      String(data?.text ?? JSON.stringify(data)))));
}

function server() {
  return servers[at % servers.length];
}

function elsewhere(why) {
  notice(`${server().region} doesn’t answer (${why}); going on in the next region`, 'warn');
  at++;
  connect();
}

function connect() {
  clearTimeout(patience);
  client?.disconnect();
  const here = server();
  byId('region').value = String(servers.indexOf(here));
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const mine = new Centrifuge(`${scheme}://${here.address}/connection/websocket`, {
    minReconnectDelay: 200, maxReconnectDelay: 2000, timeout: 2500, token: sessionStorage.getItem(TOKEN) ?? '',
  });
  client = mine;
  mine.on('connecting', context => {
    if (client === mine) {
      connection('connecting', 'warn');
      served(`looking for ${here.region}`);
      byId('send').disabled = true;
      // Another region is tried when this one doesn't come back soon.
      clearTimeout(patience);
      patience = setTimeout(() => client === mine && elsewhere(context.reason), PATIENCE_MS);
    }
  });
  mine.on('connected', () => {
    if (client === mine) {
      clearTimeout(patience);
      reconnects += everConnected ? 1 : 0;
      everConnected = true;
      connection('connected', 'good');
      served(`served by ${here.region}`, here.region);
      say(byId('reconnects'), String(reconnects));
      byId('send').disabled = false;
    }
  });
  mine.on('disconnected', context => {
    if (client === mine) {
      clearTimeout(patience);
      connection(`refused: ${context.reason}`, 'bad');
      if (UNAUTHORIZED.includes(context.code)) {
        askForToken(context.reason);
      }
    }
  });
  const subscription = mine.newSubscription(CHANNEL, position
    ? { since: position, recoverable: true, positioned: true }
    : { recoverable: true, positioned: true });
  subscription.on('subscribed', context => {
    if (client === mine) {
      if (position && !context.recovered) {
        trouble('what was missed is gone');
      } else if (position) {
        notice(`goes on after #${last} in ${here.region}, nothing missed`, 'good');
      }
      position = { offset: last || context.streamPosition?.offset || 0, epoch: context.streamPosition?.epoch ?? position?.epoch ?? '' };
      last = last || position.offset;
    }
  });
  subscription.on('publication', publication => {
    if (client === mine) {
      received(publication);
      position = { offset: publication.offset, epoch: position?.epoch ?? '' };
    }
  });
  subscription.subscribe();
  mine.connect();
}

function askForToken(why) {
  say(byId('refused'), sessionStorage.getItem(TOKEN) ? why : '');
  byId('sign-in').showModal();
  byId('sign-in-form').onsubmit = (event) => {
    event.preventDefault();
    sessionStorage.setItem(TOKEN, byId('token').value.trim());
    byId('token').value = '';
    byId('sign-in').close();
    connect();
  };
}

byId('region').addEventListener('change', event => {
  at = Number(event.target.value);
  connect();
});

byId('say').addEventListener('submit', async event => {
  event.preventDefault();
  const text = byId('text').value.trim();
  if (text) {
    sessionStorage.setItem('skein-user', byId('user').value);
    const data = { user: byId('user').value || 'guest', text, region: server().region, sent: Date.now() };
    byId('text').value = '';
    try {
      await client.publish(CHANNEL, data);
    } catch (refused) {
      notice(`not sent: ${refused.message}`, 'bad');
    }
  }
});

/** Every region's door, when this page came through one that only this machine sees; else where the page came from, behind which others stand. */
async function findServers() {
  const local = /^(127\.|localhost|\[::1])/.test(location.host);
  try {
    const state = await (await fetch('/console/state', { cache: 'no-store' })).json();
    regions = state.regions;
    const doors = regions.flatMap(region => region.nodes
      .filter(node => node.edge && node.state === 'alive')
      .map(node => ({ region: region.name, address: node.edge })));
    const own = doors.find(door => door.address === location.host);
    if (local && own) {
      return [own, ...doors.filter(door => door !== own)];
    }
  } catch {
    // The state needs a key: the chat doesn't.
  }
  return [{ region: 'this place', address: location.host }];
}

if (typeof Centrifuge === 'undefined') {
  connection('no SDK', 'bad');
  notice('This build has no JavaScript SDK in it: build it with npm on the path.', 'bad');
} else {
  servers = await findServers();
  byId('region').replaceChildren(...servers.map((each, index) => el('option', { value: String(index) }, `${each.region} (${each.address})`)));
  connect();
}

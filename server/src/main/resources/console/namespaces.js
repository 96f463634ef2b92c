// What each namespace promises and would survive now, and who leads its shards: one square each, in the colour of the leader's region.

import { colourOf, count, el } from './dom.js';

const GOALS = { region: 'survives a region', zone: 'survives a zone' };
const FSYNC = { always: 'on disk before each ack', interval: 'on disk at intervals' };

class NamespaceCard {
  constructor(name) {
    this.badge = el('span', { class: 'badge' });
    this.about = el('p', { class: 'quiet' });
    this.losses = el('div', { class: 'losses' });
    this.squares = el('div', { class: 'shards', role: 'img', 'aria-label': 'leaders of the shards' });
    this.node = el('article', { class: 'card namespace', 'data-namespace': name },
      el('header', {}, el('h3', {}, name), this.badge), this.about, this.squares,
      el('p', { class: 'label' }, 'if it were lost now'), this.losses);
    this.leaders = [];
  }

  show(namespace, state) {
    this.badge.className = `badge ${namespace.goalMet ? 'healthy' : 'lost'}`;
    this.badge.textContent = namespace.goalMet ? GOALS[namespace.survivalGoal] ?? namespace.survivalGoal : 'goal not met';
    this.about.textContent = `${namespace.shardsLed} of ${namespace.shards} shards led, ${namespace.shardsLedAtHome} in ${namespace.homeRegion || 'no home'}; `
      + `${FSYNC[namespace.fsync] ?? namespace.fsync}${namespace.goalMet ? '' : `. It ${namespace.goalText}`}`;
    this.showSquares(namespace, state);
    this.losses.replaceChildren(...namespace.losses.map((loss) => el('span', {
      class: `loss ${loss.survives ? 'survives' : 'dies'} ${colourOf(state.regions, loss.region)}`,
      title: loss.survives ? `all shards would go on without ${loss.region}` : `${count(loss.shardsLost, 'shard')} would stand still`,
    }, el('i', { class: 'swatch' }), loss.region,
    el('b', {}, loss.survives ? '✓ goes on' : `✗ ${count(loss.shardsLost, 'shard')}`))));
  }

  showSquares(namespace, state) {
    const regionOf = new Map(state.regions.flatMap((region) => region.nodes.map((node) => [node.name, region.name])));
    while (this.squares.children.length > namespace.leaders.length) {
      this.squares.lastChild.remove();
    }
    namespace.leaders.forEach((leader, shard) => {
      const square = this.squares.children[shard] ?? this.squares.appendChild(el('i', {}));
      const moved = this.leaders[shard] !== undefined && this.leaders[shard] !== leader;
      const colour = leader ? colourOf(state.regions, regionOf.get(leader)) : 'leaderless';
      square.className = moved ? `shard moved ${colour}` : square.classList.contains(colour) ? square.className : `shard ${colour}`;
      square.title = leader ? `shard ${shard}: ${leader}` : `shard ${shard}: no leader`;
      square.dataset.leader = leader;
    });
    this.leaders = namespace.leaders;
  }
}

export class Namespaces {
  constructor(place) {
    this.place = place;
    this.cards = new Map();
  }

  show(state) {
    const names = new Set(state.namespaces.map((namespace) => namespace.name));
    this.cards.forEach((card, name) => {
      if (!names.has(name)) {
        card.node.remove();
        this.cards.delete(name);
      }
    });
    state.namespaces.forEach((namespace) => {
      if (!this.cards.has(namespace.name)) {
        this.cards.set(namespace.name, new NamespaceCard(namespace.name));
        this.place.append(this.cards.get(namespace.name).node);
      }
      this.cards.get(namespace.name).show(namespace, state);
    });
  }
}

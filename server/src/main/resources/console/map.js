// Regions where they are, their health and leaders, and the ways between them with their round trips. A leader that moves is seen moving.

import { colourOf, count, milliseconds, say, svg } from './dom.js';
import { placesOf } from './places.js';
import { dots } from './world.js';

const NORTH = 76;
const SOUTH = -56;
const DISC = 17;
const TURN = 2 * Math.PI * DISC;
const MOVES_SHOWN_MAX = 16;
const OUT = new Set(['lost']);

const WORDS = { degraded: 'not all well', draining: 'draining', lost: 'no sign of life' };

// Which node leads which shard, as regions.
function leadersOf(state) {
  const regionOf = new Map(state.regions.flatMap((region) => region.nodes.map((node) => [node.name, region.name])));
  return new Map(state.namespaces.flatMap((namespace) => namespace.leaders
    .map((leader, shard) => [`${namespace.name}/${shard}`, regionOf.get(leader)])));
}

export class WorldMap {
  constructor(drawing) {
    this.drawing = drawing;
    this.shape = '';
    this.leaders = new Map();
    new ResizeObserver(() => this.state && this.show(this.state)).observe(drawing.parentElement);
  }

  show(state) {
    this.state = state;
    const width = Math.max(280, Math.round(this.drawing.parentElement.clientWidth));
    const shape = `${width} ${state.regions.map((region) => region.name)} ${state.links.map((link) => [link.from, link.to])}`;
    if (shape !== this.shape) {
      this.shape = shape;
      this.layOut(state, width);
    }
    state.regions.forEach((region) => this.showRegion(state, region));
    state.links.forEach((link) => this.showLink(state, link));
    this.showMoves(state);
  }

  layOut(state, width) {
    const names = state.regions.map((region) => region.name);
    const places = placesOf(names);
    const narrow = width < 620;
    const height = Math.round(places ? Math.min(470, Math.max(270, width * 0.4)) : Math.min(440, Math.max(280, width * 0.45)));
    this.drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.drawing.setAttribute('height', height);
    this.drawing.replaceChildren();
    let points;
    if (places) {
      const longitudes = places.map(([longitude]) => longitude);
      const west = narrow ? Math.max(-170, Math.min(...longitudes) - 42) : -170;
      const east = narrow ? Math.min(190, Math.max(...longitudes) + 42) : 190;
      const project = ([longitude, latitude]) => [
        ((longitude - west) / (east - west)) * width,
        10 + ((NORTH - latitude) / (NORTH - SOUTH)) * (height - 20),
      ];
      this.drawing.append(svg('path', { class: 'land', d: dots(narrow ? 4.4 : 3.1, west, east, project) }));
      points = places.map(project);
    } else {
      const turn = (index) => ((index - 0.5 + (names.length === 2 ? 0.5 : 0)) / names.length) * 2 * Math.PI - Math.PI / 2;
      points = names.map((name, index) => [
        width / 2 + Math.cos(names.length === 2 ? turn(index) + Math.PI / 2 : turn(index)) * Math.min(width / 2 - 70, 300),
        height / 2 - 8 + Math.sin(names.length === 2 ? turn(index) + Math.PI / 2 : turn(index)) * (height / 2 - 62),
      ]);
      this.drawing.append(svg('ellipse', {
        class: 'ring', cx: width / 2, cy: height / 2 - 8, rx: Math.min(width / 2 - 70, 300), ry: height / 2 - 62,
      }));
    }
    this.points = new Map(names.map((name, index) => [name, points[index]]));
    this.links = new Map(state.links.map((link) => [`${link.from} ${link.to}`, this.addLink(link)]));
    this.pills = [...this.links.values()].map((link) => link.pill);
    this.drawing.append(...this.pills);
    this.movers = svg('g', { class: 'movers' });
    this.drawing.append(this.movers);
    this.regions = new Map(names.map((name) => [name, this.addRegion(state, name)]));
  }

  // A bow away from the middle of all regions.
  bow(from, to) {
    const [x1, y1] = this.points.get(from);
    const [x2, y2] = this.points.get(to);
    const all = [...this.points.values()];
    const middle = [0, 1].map((axis) => all.reduce((sum, point) => sum + point[axis], 0) / all.length);
    const distance = Math.hypot(x2 - x1, y2 - y1) || 1;
    const across = [-(y2 - y1) / distance, (x2 - x1) / distance];
    const half = [(x1 + x2) / 2, (y1 + y2) / 2];
    const away = (half[0] - middle[0]) * across[0] + (half[1] - middle[1]) * across[1] < 0 ? -1 : 1;
    const bend = away * Math.min(90, distance * 0.26);
    const control = [half[0] + across[0] * bend, half[1] + across[1] * bend];
    return {
      path: `M${x1} ${y1}Q${control[0]} ${control[1]} ${x2} ${y2}`,
      top: [(half[0] + control[0]) / 2, (half[1] + control[1]) / 2],
    };
  }

  addLink(link) {
    const { path, top } = this.bow(link.from, link.to);
    const line = svg('path', { class: 'way', d: path });
    const flow = svg('path', { class: 'flow', d: path });
    const label = svg('text', { class: 'rtt', y: 4 });
    const pill = svg('g', { class: 'pill', transform: `translate(${top[0]} ${top[1]})` },
      svg('rect', { x: -31, y: -12, width: 62, height: 24, rx: 12 }), label);
    const group = svg('g', { class: 'link' }, line, flow);
    this.drawing.append(group);
    return { group, pill, label, path };
  }

  addRegion(state, name) {
    const [x, y] = this.points.get(name);
    const share = svg('circle', { class: 'share', r: DISC, 'stroke-dasharray': `0 ${TURN}`, transform: 'rotate(-90)' });
    const leaders = svg('text', { class: 'leaders', y: 5 });
    const title = svg('text', { class: 'region-name', y: DISC + 21 }, name);
    const health = svg('text', { class: 'region-health', y: DISC + 36 });
    const group = svg('g', { transform: `translate(${x} ${y})` },
      svg('circle', { class: 'halo', r: DISC + 3 }), svg('circle', { class: 'disc', r: DISC + 3 }),
      svg('circle', { class: 'track', r: DISC }), share, leaders, title, health);
    this.drawing.append(group);
    return { group, share, leaders, health };
  }

  showRegion(state, region) {
    const shown = this.regions.get(region.name);
    const all = state.namespaces.reduce((sum, namespace) => sum + namespace.leaders.length, 0);
    shown.group.setAttribute('class', `region ${region.health} ${colourOf(state.regions, region.name)}`);
    shown.share.setAttribute('stroke-dasharray', `${all ? (TURN * region.shardsLed) / all : 0} ${TURN}`);
    say(shown.leaders, OUT.has(region.health) ? '×' : String(region.shardsLed));
    say(shown.health, region.health === 'healthy' ? count(region.shardsLed, 'leader') : WORDS[region.health]);
  }

  showLink(state, link) {
    const shown = this.links.get(`${link.from} ${link.to}`);
    const broken = state.regions.some((region) => [link.from, link.to].includes(region.name) && OUT.has(region.health));
    shown.group.setAttribute('class', broken ? 'link broken' : 'link');
    shown.pill.setAttribute('class', broken ? 'pill broken' : 'pill');
    say(shown.label, broken ? 'no way' : milliseconds(link.rttMs));
  }

  showMoves(state) {
    const now = leadersOf(state);
    const moves = [...now].filter(([shard, region]) => region && this.leaders.get(shard) && this.leaders.get(shard) !== region);
    moves.slice(0, MOVES_SHOWN_MAX).forEach(([shard, region], index) => this.move(this.leaders.get(shard), region, index));
    now.forEach((region, shard) => region && this.leaders.set(shard, region));
  }

  move(from, to, index) {
    const there = this.links.get(`${from} ${to}`);
    const back = this.links.get(`${to} ${from}`);
    if (!there && !back) {
      return;
    }
    const motion = svg('animateMotion', {
      dur: '1.4s', begin: 'indefinite', path: (there ?? back).path, fill: 'freeze',
      ...(there ? {} : { keyPoints: '1;0', keyTimes: '0;1', calcMode: 'linear' }),
    });
    const dot = svg('circle', { class: `mover ${colourOf(this.state.regions, to)}`, r: 5 }, motion);
    setTimeout(() => {
      this.movers.append(dot);
      motion.beginElement();
      setTimeout(() => dot.remove(), 1_500);
    }, index * 90);
  }
}

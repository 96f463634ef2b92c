// Three minutes of a node as lines.

import { el, say, svg } from './dom.js';

const HEIGHT = 132;
const PAD = { left: 52, right: 8, top: 10, bottom: 18 };
const POINTS = 180;

// A round figure that the highest value fits under.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value) ?? power * 10;
}

export class Chart {
  // Series are [name, key, css class]; unit writes a value.
  constructor(place, title, series, unit, least = 1) {
    this.series = series;
    this.unit = unit;
    this.least = least;
    this.drawing = svg('svg', { class: 'chart', height: HEIGHT, role: 'img', 'aria-label': title });
    this.values = series.map(() => el('b', {}));
    this.node = el('article', { class: 'card' }, el('header', {}, el('h3', {}, title)), this.drawing,
      el('div', { class: 'legend' }, ...series.map(([name, , style], index) => el('span', { class: style },
        el('i', { class: 'swatch' }), name, ' ', this.values[index]))));
    place.append(this.node);
    new ResizeObserver(() => this.lines && this.show(this.lines)).observe(this.node);
  }

  // Lines by key, the newest value last.
  show(lines) {
    this.lines = lines;
    const shown = this.series.map(([, key]) => lines[key] ?? []);
    const width = Math.max(200, this.drawing.clientWidth || this.node.clientWidth - 32);
    const top = ceiling(Math.max(this.least, ...shown.flat()));
    const x = (index, length) => PAD.left + ((index + POINTS - length) / (POINTS - 1)) * (width - PAD.left - PAD.right);
    const y = (value) => PAD.top + (1 - value / top) * (HEIGHT - PAD.top - PAD.bottom);
    this.drawing.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    const marks = [0, 0.5, 1].flatMap((part) => [
      svg('line', { class: 'mark', x1: PAD.left, x2: width - PAD.right, y1: y(top * part), y2: y(top * part) }),
      svg('text', { class: 'axis', x: PAD.left - 6, y: y(top * part) + 4, 'text-anchor': 'end' }, this.unit(top * part)),
    ]);
    const times = [
      svg('text', { class: 'axis', x: PAD.left, y: HEIGHT - 3 }, '3 min ago'),
      svg('text', { class: 'axis', x: width - PAD.right, y: HEIGHT - 3, 'text-anchor': 'end' }, 'now'),
    ];
    const paths = shown.filter((line) => line.length > 1).flatMap((line, index) => {
      const style = this.series[index][2];
      const d = `M${line.map((value, at) => `${x(at, line.length).toFixed(1)} ${y(value).toFixed(1)}`).join('L')}`;
      const area = `${d}L${x(line.length - 1, line.length).toFixed(1)} ${y(0)}L${x(0, line.length).toFixed(1)} ${y(0)}Z`;
      return [...(index === 0 ? [svg('path', { class: `area ${style}`, d: area })] : []), svg('path', { class: `line ${style}`, d })];
    });
    this.drawing.replaceChildren(...marks, ...times, ...paths);
    shown.forEach((line, index) => say(this.values[index], line.length ? this.unit(line.at(-1)) : '–'));
  }
}

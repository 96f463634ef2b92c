// Small lines over the last minutes.
import { element, svg } from './console.js';

const CHARTS = [
  { title: 'Published', unit: '/s', lines: ['publishedPerSecond'] },
  { title: 'Delivered', unit: '/s', lines: ['deliveredPerSecond'] },
  { title: 'Acknowledged, p50 / p99', unit: ' ms', lines: ['ackP50Ms', 'ackP99Ms'] },
  { title: 'Delivered, p50 / p99', unit: ' ms', lines: ['deliveryP50Ms', 'deliveryP99Ms'] },
  { title: 'Clients', unit: '', lines: ['sessions'] },
];
const WIDTH = 180;
const HEIGHT = 60;

function number(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 10) / 10);
}

function path(values, top) {
  const step = WIDTH / Math.max(1, 179);
  const from = WIDTH - (values.length - 1) * step;
  return values.map((value, index) => `${index ? 'L' : 'M'}${(from + index * step).toFixed(1)} ${(HEIGHT - 2 - (value / top) * (HEIGHT - 8)).toFixed(1)}`).join('');
}

export function drawCharts(into, lines) {
  into.replaceChildren(...CHARTS.map(chart => {
    const shown = chart.lines.map(name => lines[name] ?? []);
    const top = Math.max(1, ...shown.flat());
    const last = shown.map(line => number(line.at(-1) ?? 0)).join(' / ') + chart.unit;
    const drawing = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    shown.filter(line => line.length > 1).forEach((line, index) => {
      const d = path(line, top);
      const color = `var(--c${index})`;
      if (index === 0) {
        drawing.append(svg('path', { class: 'area', fill: color, d: `${d} L${WIDTH} ${HEIGHT} L${WIDTH - (line.length - 1) * (WIDTH / 179)} ${HEIGHT} Z` }));
      }
      drawing.append(svg('path', { d, stroke: color }));
    });
    return element('div', { class: 'chart' }, [
      element('div', { class: 'title' }, [element('span', {}, chart.title), element('b', {}, last)]),
      drawing,
    ]);
  }));
}

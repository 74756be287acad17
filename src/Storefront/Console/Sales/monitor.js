// A sale as it runs. The page has its figures without this; here they move, and are drawn.
import uPlot from './uplot.js';

const monitor = document.querySelector('[data-monitor]');
const keptSeconds = 15 * 60;
const number = new Intl.NumberFormat(document.documentElement.lang);
const words = monitor.dataset;
const show = (name, text) => { const at = document.querySelector(`[data-live="${name}"]`); if (at && at.textContent !== text) at.textContent = text; };
const count = value => value == null ? '–' : number.format(value);
const milliseconds = value => value == null ? '–' : words.milliseconds.replace('{0}', number.format(value));

const kinds = [...monitor.querySelectorAll('[data-kind]')].map(one => ({
  name: one.dataset.kind, label: one.querySelector('dt').textContent,
}));
const charts = {
  requests: { labels: kinds.map(kind => kind.label), of: now => kinds.map(kind => now.rates[kind.name]) },
  stock: { of: now => [now.left, now.held, now.kept] },
  times: { of: now => [now.p50, now.p95, now.p99] },
  pipeline: { of: now => [now.waiting, now.oldestSeconds] },
};

function draw() {
  const style = getComputedStyle(monitor);
  const colour = name => style.getPropertyValue(name).trim();
  const lines = ['--accent', '--urgent', '--chart-3', '--chart-4', '--chart-5', '--chart-6', '--ink-soft'].map(colour);
  const axis = { stroke: colour('--ink-soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui' };
  for (const at of monitor.querySelectorAll('[data-chart]')) {
    const chart = charts[at.dataset.chart];
    chart.labels ??= at.dataset.labels.split('|');
    chart.at = at;
    chart.data ??= [[], ...chart.labels.map(() => [])];
    chart.plot?.destroy();
    chart.plot = new uPlot({
      width: at.clientWidth, height: 180, cursor: { y: false }, legend: { live: false },
      scales: {
        // At least a minute, so that the first seconds are where they will stay.
        x: { range: (plot, min, max) => max == null ? [Date.now() / 1000 - 60, Date.now() / 1000] : [Math.min(min, max - 60), max] },
        y: { range: (plot, min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] },
      },
      axes: [axis, { ...axis, size: 54 }],
      series: [{}, ...chart.labels.map((label, i) => ({ label, stroke: lines[i % lines.length], width: 2, spanGaps: false, points: { show: false } }))],
    }, chart.data, at);
  }
}

const changed = document.querySelector('[data-changed]');

function take(now) {
  // What is saved from here would be refused: somebody changed the sale meanwhile.
  if (now.version > Number(words.version)) changed.hidden = false;
  show('left', count(now.left));
  show('held', count(now.held));
  show('kept', count(now.kept));
  show('phase', monitor.getAttribute(`data-phase-${now.phase}`));
  for (const part of ['p50', 'p95', 'p99']) show(part, milliseconds(now[part]));
  show('waiting', count(now.waiting));
  show('oldestSeconds', words.seconds.replace('{0}', now.oldestSeconds.toFixed(1)));
  show('dead', count(now.dead));
  for (const kind of kinds) {
    const at = monitor.querySelector(`[data-total="${kind.name}"]`);
    const text = number.format(now.totals[kind.name]);
    if (at.textContent !== text) at.textContent = text;
  }
  const badge = document.querySelector('[data-live="drift"]');
  show('drift', now.drift == null ? words.driftUnknown : now.drift === 0 ? words.driftNone : words.driftSome.replace('{0}', number.format(now.drift)));
  badge.className = now.drift === 0 ? 'tag' : now.drift == null ? 'tag tag-quiet' : 'tag tag-urgent';

  for (const chart of Object.values(charts)) {
    chart.data[0].push(now.seconds);
    chart.of(now).forEach((value, i) => chart.data[i + 1].push(value ?? null));
    if (chart.data[0].length > keptSeconds) for (const row of chart.data) row.shift();
    chart.plot.setData(chart.data);
  }
}

draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
let waits;
addEventListener('resize', () => {
  clearTimeout(waits);
  waits = setTimeout(() => { for (const { plot, at } of Object.values(charts)) plot.setSize({ width: at.clientWidth, height: 180 }); }, 150);
});

const events = new EventSource(monitor.dataset.monitor);
events.addEventListener('figures', event => { take(JSON.parse(event.data)); show('state', words.on); });
events.onerror = () => show('state', words.off);

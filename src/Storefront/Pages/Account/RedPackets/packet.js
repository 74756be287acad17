// The seconds until a red packet opens, by the server's clock; and the page anew when something is about to change on it.
import { refresh } from './inplace.js';

const samples = 4;
const lateMax = 800;    // not everybody in the same millisecond
let timer;
let again;
let offset;

async function serverClock() {
  let best = Infinity;
  let found;
  for (let i = 0; i < samples; i++) {
    const begun = performance.now();
    const answer = await fetch('/api/v1/time', { cache: 'no-store' });
    const { epochMs } = await answer.json();
    const ended = performance.now();
    if (ended - begun < best) {
      best = ended - begun;
      found = epochMs - (begun + ended) / 2;
    }
  }
  return found;
}

async function begin() {
  clearInterval(timer);
  clearTimeout(again);
  const settling = document.querySelector('[data-again]');
  if (settling) again = setTimeout(readAnew, settling.dataset.again * 1000);
  const clock = document.querySelector('[data-until]');
  if (!clock) return;
  try {
    offset ??= await serverClock();
  } catch {
    return;    // the time is there in words
  }
  const until = Date.parse(clock.dataset.until);
  const tick = () => {
    const left = until - (performance.now() + offset);
    clock.textContent = inWords(Math.max(0, Math.ceil(left / 1000)), clock.dataset.days);
    if (left > 0) return;
    clearInterval(timer);
    again = setTimeout(readAnew, Math.random() * lateMax);
  };
  tick();
  timer = setInterval(tick, 250);
}

async function readAnew() {
  if (!await refresh()) again = setTimeout(readAnew, 3000);
}

function inWords(seconds, days) {
  const two = number => String(number).padStart(2, '0');
  const day = Math.floor(seconds / 86400);
  const hour = Math.floor(seconds / 3600) % 24;
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return (day ? days.replace('{0}', day) + ' ' : '') + (day || hour ? `${two(hour)}:${rest}` : rest);
}

document.addEventListener('shown', begin);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  offset = undefined;    // the machine may have slept
  begin();
});
begin();

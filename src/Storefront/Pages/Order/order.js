// Shows what became of the order without a reload: soon while something is about to happen, seldom while it waits, and not at
// all while nobody looks. Without this the page asks again by itself while it moves.
import { showTimes } from './times.js';

const soon = 1000;
const seldom = 15000;
const ANSWER_MAX_MS = 10_000;
let wait = soon;
let timer;
let clock;

const shown = () => document.getElementById('order');

function count() {
  clearInterval(clock);
  const place = shown().querySelector('[data-until]');
  if (!place) return;
  const isAhead = Date.parse(place.dataset.now) - performance.now();
  const until = Date.parse(place.dataset.until);
  const tell = () => {
    const left = Math.max(0, Math.round((until - isAhead - performance.now()) / 1000));
    place.textContent = place.dataset.left.replace('{0}', `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`);
    if (left === 0) { clearInterval(clock); plan(soon); }
  };
  tell();
  clock = setInterval(tell, 1000);
}

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(ANSWER_MAX_MS) });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const made = page.getElementById('order');
      // Whoever is about to press something here goes on pressing what he sees.
      if (made && made.dataset.order !== shown().dataset.order && !shown().querySelector('details[open]')) {
        take(made);
        document.title = page.title;
        showTimes(made);
        count();
        wait = soon;
      }
    }
  } catch {
    wait = seldom; // away; what is shown stays
  }
  plan();
}

// One stays where one is, and what is new is said: a node that comes with its words already in it says nothing.
function take(made) {
  const at = shown().contains(document.activeElement) ? document.activeElement : null;
  shown().replaceWith(made);
  document.querySelector('[data-said]').textContent = made.querySelector('[data-status]').textContent;
  if (!at) return;
  const leads = one => one.href ?? one.form?.action ?? one.textContent;
  const there = [...made.querySelectorAll(at.tagName)].find(one => leads(one) === leads(at)) ?? made.querySelector('h1');
  if (there.matches('h1')) there.tabIndex = -1;
  there.focus({ preventScroll: true });
}

function plan(after) {
  clearTimeout(timer);
  if (!shown() || shown().dataset.over) return;
  wait = shown().dataset.moving ? Math.min(wait * 1.2, seldom / 2) : seldom;
  timer = setTimeout(() => { if (document.hidden) plan(); else look(); }, after ?? wait);
}

if (shown()) {
  count();
  plan();
  document.addEventListener('visibilitychange', () => { if (!document.hidden && !shown().dataset.over) { wait = soon; plan(soon / 4); } });
}

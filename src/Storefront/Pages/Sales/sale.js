// The sale page: what the server and the person's own click say goes through decide(), and what it says is shown.
import { Buying } from './buying.js';
import { follow } from './follow.js';
import { me } from './me.js';
import { ServerClock } from './server-clock.js';
import { countdown, decide, milestone } from './sale-states.js';

const TICK_MS = 250;
const ASK_AGAIN_MAX_MS = 8_000;
const panel = document.querySelector('[data-sale]');
const data = JSON.parse(document.querySelector('[data-sale-facts]').textContent);
const part = name => panel.querySelector(`[data-part=${name}]`);
const words = data.words;
const title = document.title;

const clock = new ServerClock(Date.parse(data.state.serverNow));
let sale = read(data.state);
let isAway = false, isWatching = false, wasSoldOut = false, leftBefore = Infinity, shown = '', syncedLate = false;
let stopTicket = () => {}, followedTicket = null, lastNewsOf = null;

const buying = new Buying({
  sale: data.id,
  now: () => clock.now(),
  signIn: () => location.assign(data.links.signIn),
  tell: () => { attend(); render(); },
});
if (data.ticket) buying.adopt(data.ticket);
if (data.refusal) buying.refusal = data.refusal;

follow('sale', data.id, news => {
  if (news.isAway !== undefined) isAway = news.isAway;
  if (news.data) sale = read(news.data);
  render();
});
attend();
meet();
clock.sync().then(render);
setInterval(tick, TICK_MS);
for (const event of ['online', 'offline']) addEventListener(event, render);
document.addEventListener('visibilitychange', () => { if (!document.hidden) clock.sync().then(render); });
part('form').addEventListener('submit', press);
part('second').addEventListener('click', () => { if (decide(factsNow()).second === 'another') buying.buy(); });
render();

// What the browser kept counts once it is known whose it is.
async function meet(pauseMs = 1_000) {
  const found = await me();
  if (found) buying.meet(found.mark);
  else setTimeout(() => meet(Math.min(pauseMs * 2, ASK_AGAIN_MAX_MS)), pauseMs);
}

function read(state) {
  return {
    phase: state.phase, opensAt: Date.parse(state.opensAt), closesAt: state.closesAt ? Date.parse(state.closesAt) : null,
    limit: state.limitPerPerson, band: state.stockBand, soldOut: state.soldOut,
  };
}

function factsNow() {
  const ticket = buying.ticket;
  return {
    now: clock.now(), sale, intent: buying.intent, isWatching, isOffline: !navigator.onLine || isAway,
    ticket: ticket && { status: ticket.status, payBy: ticket.payBy ? Date.parse(ticket.payBy) : null },
    refusal: buying.refusal,
  };
}

// Follows the ticket as long as something can become of it; of one that was kept, the end is asked for once.
function attend() {
  if (buying.refusal === 'sold_out') sale = { ...sale, phase: 'sold_out', band: 'none' }; // said to us first
  const ticket = buying.ticket;
  const open = ticket && (ticket.status === 'queued' || ticket.status === 'confirmed' || ticket.id !== lastNewsOf) ? ticket.id : null;
  if (open === followedTicket) return;
  stopTicket();
  followedTicket = open;
  stopTicket = open === null ? () => {} : follow('ticket', open, news => {
    if (news.isGone === 404) buying.forget(); // somebody else's: another person uses this browser
    if (!news.data) return;
    lastNewsOf = open;
    buying.learn(news.data);
  });
}

function press(event) {
  const { action, isOff } = decide(factsNow());
  if (isOff) return event.preventDefault();
  if (action === 'buy') {
    event.preventDefault();
    buying.buy();
  } else if (action === 'watch') {
    event.preventDefault();
    isWatching = true;
    if (globalThis.Notification?.permission === 'default') Notification.requestPermission();
    render();
  }
}

function tick() {
  clock.check()?.then(render);
  const left = sale.opensAt - clock.now();
  if (!syncedLate && left > 0 && left < 20_000 - Math.random() * 10_000) {
    syncedLate = true;
    clock.sync().then(render);
  }
  const passed = sale.phase === 'announced' ? milestone(leftBefore, left) : null;
  if (passed && leftBefore !== Infinity) part('said').textContent = words[`left.${passed}`];
  leftBefore = left;
  render();
}

function render() {
  const facts = factsNow();
  const seen = decide(facts);
  const left = seen.until === null ? 0 : seen.until - facts.now;
  const values = valuesOf(facts, seen, left);
  const button = part('button');
  panel.dataset.state = seen.state;
  put(part('status'), statusOf(seen, facts).map(key => fill(words[key], values)).join(' '));
  put(part('label'), fill(words[`button.${seen.label}`], values));
  set(button, 'aria-disabled', seen.isOff ? 'true' : null);
  set(button, 'aria-busy', seen.isBusy ? 'true' : null);
  lead(button, seen.action);
  put(part('timer-label'), seen.timer ? words[`timer.${seen.timer}`] : '');
  put(part('timer-left'), seen.timer ? countdown(left, words.day) : '');
  part('timer').dataset.on = seen.timer !== null;
  part('second').hidden = seen.second === null;
  if (seen.second) put(part('second'), words[`second.${seen.second}`]);
  part('steps').hidden = !['queued', 'confirmed', 'paid'].includes(seen.state);
  part('others').hidden = !['sold_out', 'ended', 'lost'].includes(seen.state);
  part('note').hidden = !seen.isNoted;
  put(part('band'), sale.phase === 'open' ? words[`band.${sale.band}`] ?? '' : '');
  if (clock.error !== null) {
    put(part('clock'), fill(words.clock, { error: clock.error }));
    part('clock').dataset.on = true;
  }
  if (seen.state !== shown) announce(seen);
}

// Said at once: that nothing is left, that something came back.
function announce(seen) {
  const isBack = wasSoldOut && seen.state === 'open';
  const urgent = (shown !== '' && seen.state === 'sold_out') || isBack;
  const isAwaited = isBack && isWatching;
  part('alert').textContent = urgent ? part('status').textContent : '';
  document.title = isAwaited ? `${words['title.restock']} ${title}` : title;
  if (isBack) isWatching = false;
  wasSoldOut = seen.state === 'sold_out' || (wasSoldOut && seen.state === 'offline');
  shown = seen.state;
  if (isAwaited) notify(document.title);
}

// Chrome on Android has notifications, but none that a page may make: the title and the alert say it there.
function notify(text) {
  try {
    if (globalThis.Notification?.permission === 'granted') new Notification(text);
  } catch {
    // said already
  }
}

function statusOf(seen, facts) {
  switch (seen.status) {
    case 'sold_out':
      return [sale.soldOut ? 'status.sold_out_told' : 'status.sold_out', isUnpaidOpen(facts.now) ? 'unpaid' : 'unpaid_soon'];
    case 'ended':
      return [sale.closesAt !== null && sale.closesAt <= facts.now ? 'status.ended' : 'status.ended_open'];
    default:
      return [`status.${seen.status}`];
  }
}

function isUnpaidOpen(now) {
  return sale.soldOut !== null && Date.parse(sale.soldOut.unpaidUntil) > now;
}

function valuesOf(facts, seen, left) {
  const ticket = buying.ticket;
  return {
    price: data.price,
    opens: timeOf(sale.opensAt, facts.now),
    closes: sale.closesAt ? timeOf(sale.closesAt, facts.now) : '',
    left: countdown(left, words.day),
    seconds: Math.max(0, Math.ceil(left / 1000)),
    payBy: facts.ticket?.payBy ? timeOf(facts.ticket.payBy, facts.now) : '',
    ticket: ticket ? `…${ticket.id.slice(-4)}` : '',
    units: sale.soldOut ? sale.soldOut.units.toLocaleString(document.documentElement.lang) : '',
    took: sale.soldOut ? took(sale.soldOut.afterS) : '',
    unpaidUntil: sale.soldOut ? timeOf(Date.parse(sale.soldOut.unpaidUntil), facts.now) : '',
    reference: buying.reference ? fill(words.reference, { id: buying.reference }) : '',
  };
}

function took(seconds) {
  const [unit, count] = seconds < 120 ? ['seconds', seconds] : seconds < 7200 ? ['minutes', Math.round(seconds / 60)] : ['hours', Math.round(seconds / 3600)];
  return words[`took.${unit}`].replace('{0}', count);
}

// In the reader's own zone; of today, the hour is enough.
function timeOf(at, now) {
  const page = document.documentElement.lang;
  const language = navigator.languages.find(one => one.split('-')[0] === page.split('-')[0]) ?? page;
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  const form = isToday ? { hour: '2-digit', minute: '2-digit' } : { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(language, form).format(at);
}

// Where the form leads; what is bought from here is sent by buying.js instead.
function lead(button, action) {
  const path = { pay: data.links.order + buying.ticket?.order, order: data.links.order + buying.ticket?.order }[action] ?? data.links[action] ?? null;
  set(button, 'formaction', path);
  set(button, 'formmethod', path === null ? null : 'get');
}

function fill(text, values) {
  return text.replace(/\{([A-Za-z]+)\}/g, (_, name) => values[name] ?? '');
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function set(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

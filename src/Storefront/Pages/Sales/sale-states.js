// What the sale page says and offers: a pure function of what the server says and what is the person's own. No document, no
// clock, no network. SaleDecision.cs decides the same for the first sight and for browsers without scripts; one table tests both.

// The state says these itself, at once or within a second.
const TOLD_BY_STATE = ['sold_out', 'not_open', 'closed', 'paused'];

/** When the button itself counts down. */
export const OPENING_MS = 10_000;

/**
 * @param facts All times in milliseconds, by the server's clock.
 *   now
 *   sale     { phase, opensAt, closesAt, limit }: phase as the server says it
 *   ticket   what became of the person's claim: { status: queued | confirmed | kept | released | lost, payBy }, or null
 *   intent   a click that is not answered yet: { state: sending | retrying | slow | failed, until }, or null
 *   refusal  the answer to the last click when it was no: its code, or null
 *   isOffline, isWatching
 * @returns { state, status, label, action, isOff, isBusy, until, timer, second, isNoted }: which words for the line and for the
 *   button, what the button does, what is counted down to, and whether the refusal must be told as no state tells it.
 */
export function decide(facts) {
  const seen = decideOnline(facts);
  return facts.isOffline && seen.state !== 'paid' && seen.state !== 'ended' ? { ...seen, state: 'offline', status: 'offline' } : seen;
}

function decideOnline({ now, sale, ticket, intent, refusal, isWatching }) {
  switch (intent?.state) {
    case 'sending': return view('submitting', { isOff: true, isBusy: true });
    case 'retrying': return view('retrying', { isOff: true, isBusy: true, until: intent.until });
    case 'slow': if (now < intent.until) return view('slow_down', { isOff: true, until: intent.until }); break;
    case 'failed': return view('failed', { action: 'buy' });
  }
  const another = sale.phase === 'open' && sale.limit !== 1 ? 'another' : null;
  switch (ticket?.status) {
    case 'queued': return view('queued', { isOff: true });
    case 'confirmed': return view('confirmed', { action: 'pay', until: ticket.payBy, timer: 'pay', second: another });
    case 'kept': return view('paid', { action: 'order', second: another });
  }
  switch (refusal) {
    case 'account_blocked': return view('blocked', { action: 'help' });
    case 'limit_reached': return view('already_bought', { action: 'orders' });
  }
  if (sale.phase === 'ended') return view('ended', { isOff: true });
  if (sale.phase === 'paused') return view('paused', { isOff: true });
  if (ticket?.status === 'released' || ticket?.status === 'lost') {
    const state = ticket.status === 'lost' ? 'lost' : 'released';
    if (sale.phase === 'open') return view(state, { action: 'buy', label: 'again' });
    return view(state, watch(isWatching));
  }
  if (sale.phase === 'sold_out') return view('sold_out', watch(isWatching));
  if (sale.phase === 'open')
    return view('open', { action: 'buy', until: sale.closesAt, timer: sale.closesAt ? 'closes' : null, isNoted: refusal !== null && !TOLD_BY_STATE.includes(refusal) });
  const left = sale.opensAt - now;
  if (left <= OPENING_MS) return view('opening', { isOff: true, until: sale.opensAt, timer: 'opens' });
  return view('announced', { action: 'remind', until: sale.opensAt, timer: 'opens' });
}

const watch = isWatching => ({ label: isWatching ? 'watching' : 'sold_out', action: 'watch', isOff: isWatching === true });

function view(state, { status = state, label = state, action = 'none', isOff = false, isBusy = false, until = null, timer = null, second = null, isNoted = false }) {
  return { state, status, label, action, isOff, isBusy, until, timer, second, isNoted };
}

const MILESTONES_S = [600, 300, 60, 30, 10];

/** The milestone that was passed between two moments before the opening, in seconds, or null. */
export function milestone(leftBefore, left) {
  return MILESTONES_S.findLast(mark => leftBefore > mark * 1000 && left <= mark * 1000 && left > 0) ?? null;
}

/** 3:07, 12:03:07, or 2 d 12:03:07 with the days' own word. */
export function countdown(ms, dayWord) {
  const left = Math.max(0, Math.ceil(ms / 1000));
  const [days, hours, minutes, seconds] = [Math.floor(left / 86_400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60];
  const two = number => String(number).padStart(2, '0');
  if (days > 0) return `${days} ${dayWord} ${two(hours)}:${two(minutes)}:${two(seconds)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`;
}

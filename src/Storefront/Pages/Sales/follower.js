// Follows one thing of the server: by an event stream, else by asking again. Runs in the worker all tabs share, or in the page.
const FIRST_MS = 5_000;      // an event stream that says nothing so long does not get through
const SILENCE_MS = 40_000;   // it beats every 15 s
const FAILURES_MAX = 2;
const STREAM_AGAIN_MS = 60_000;
const POLL_MIN_MS = 1_000;
const POLL_MAX_MS = 10_000;
const JITTER_MS = 800;       // everybody asks by himself, but not all in the same moment

export class Follower {
  #stream = null; #watch = null; #wait = null; #asking = null; #failures = 0; #missed = 0; #tag = null; #isOver = false;

  /**
   * @param source { name, events, read, isLong }: the events' name, their address, where to ask otherwise, and whether that waits.
   * @param tell Gets { data } with news, { isAway } when nothing gets through, { isGone } when it is not there or not ours.
   */
  constructor(source, tell) {
    this.source = source;
    this.tell = tell;
    this.last = null;
    this.#open();
  }

  /** What is known, for one who comes later. */
  get news() { return this.last; }

  stop() {
    this.#isOver = true;
    this.#close();
    clearTimeout(this.#wait);
    this.#asking?.abort();
  }

  #open() {
    if (this.#isOver) return;
    if (typeof EventSource === 'undefined') return this.#poll();
    this.#stream = new EventSource(this.source.events, { withCredentials: true });
    this.#hear(FIRST_MS);
    this.#stream.addEventListener('open', () => this.#hear(SILENCE_MS));
    this.#stream.addEventListener('beat', () => this.#heard());
    this.#stream.addEventListener(this.source.name, event => { this.#heard(); this.#learn(JSON.parse(event.data)); });
    this.#stream.addEventListener('error', () => {
      // By itself it comes back only when the connection broke; not after an answer that is no stream.
      if (this.#stream?.readyState === 2 || ++this.#failures >= FAILURES_MAX) this.#fallBack();
    });
  }

  #heard() {
    this.#failures = 0;
    this.#reached();
    this.#hear(SILENCE_MS);
  }

  #hear(patience) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#fallBack(), patience);
  }

  #close() {
    clearTimeout(this.#watch);
    this.#stream?.close();
    this.#stream = null;
  }

  #fallBack() {
    this.#close();
    this.streamAgainAt = Date.now() + STREAM_AGAIN_MS;
    this.#poll();
  }

  async #poll() {
    if (this.#isOver) return;
    let after = POLL_MIN_MS;
    this.#asking = new AbortController();
    const headers = { Accept: 'application/json' };
    if (this.source.isLong) headers.Prefer = 'wait=20';
    if (this.#tag && this.source.isLong) headers['If-None-Match'] = this.#tag;
    try {
      const limit = setTimeout(() => this.#asking.abort(), 30_000);
      const answer = await fetch(this.source.read, { headers, cache: 'no-store', signal: this.#asking.signal }).finally(() => clearTimeout(limit));
      if (answer.status === 401 || answer.status === 404) {
        this.#isOver = true;
        this.tell({ isGone: answer.status });
        return;
      }
      if (answer.ok) {
        this.#tag = answer.headers.get('ETag');
        const data = await answer.json();
        this.#reached();
        this.#learn(data);
        after = this.source.isLong ? 0 : data.pollAfterMs ?? POLL_MAX_MS;
      } else if (answer.status === 304) {
        this.#reached();
      } else {
        throw new Error(`${answer.status}`);
      }
    } catch {
      if (this.#isOver) return;
      if (++this.#missed === 3) this.tell({ isAway: true });
      after = Math.min(POLL_MAX_MS, POLL_MIN_MS * 2 ** this.#missed);
    }
    if (this.#isOver) return;
    this.#wait = setTimeout(() => Date.now() > this.streamAgainAt ? this.#open() : this.#poll(), Math.min(after, POLL_MAX_MS) + Math.random() * JITTER_MS);
  }

  #reached() {
    if (this.#missed >= 3) this.tell({ isAway: false });
    this.#missed = 0;
  }

  #learn(data) {
    this.last = data;
    this.tell({ data });
    if (this.source.isLast(data)) this.stop();
  }
}

/** What can be followed; both tabs and worker name it by kind and id. */
export function sourceOf(kind, id) {
  return kind === 'sale'
    ? { name: 'sale', events: `/api/v1/sales/${id}/events`, read: `/api/v1/sales/${id}/state`, isLong: false, isLast: sale => sale.phase === 'ended' }
    : { name: 'ticket', events: `/api/v1/tickets/${id}/events`, read: `/api/v1/tickets/${id}`, isLong: true, isLast: ticket => ['kept', 'released', 'lost'].includes(ticket.status) };
}

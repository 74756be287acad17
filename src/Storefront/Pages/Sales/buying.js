// One click is one intent with one key. It is kept where a reload finds it, and sent with the same key until there is an answer.
// With it is kept whose it is: another person may sign in at the same browser, sees nothing of it and sends nothing of it.
const ATTEMPTS_MAX = 8;
const RETRY_MAX_MS = 8_000;
const JITTER_MS = 800;
const ANSWER_MAX_MS = 15_000;
const INTENT_MAX_MS = 10 * 60_000;
const TAKE_OVER_MS = 15_000;

export class Buying {
  #kept = null; #view = null; #timer = null; #attempts = 0; #isSending = false;
  #mark; #isMet = false; #isWanted = false;

  /** @param tell Called whenever intent, ticket or refusal changed. */
  constructor({ sale, tell, now, signIn, storage = localStorage, send = post }) {
    Object.assign(this, { sale, tell, now, signIn, storage, send });
    this.name = `sale:${sale}`;
    this.refusal = null;
    addEventListener('storage', event => { if (event.key === this.name) this.#elsewhere(); });
  }

  /** { state: sending | retrying | slow | failed, until }, or null. */
  get intent() { return this.#view; }

  /** { id, order, status, payBy }, or null. */
  get ticket() { return this.#kept?.ticket ?? null; }

  /** Whose page it is: goes on where the person was before a reload, and forgets what is another's. */
  meet(mark) {
    this.#mark = mark;
    this.#isMet = true;
    if (this.#kept) this.#keep(this.#kept); // clicked before it was known
    else this.#read();
    if (this.#isWanted) {
      this.#view = null;
      return this.buy();
    }
    this.tell();
    if (!this.#isSending) this.#resume();
  }

  #resume() {
    if (!this.#kept || this.ticket) return;
    if (Date.now() - this.#kept.at > INTENT_MAX_MS) this.#keep(null);
    else this.#attempt();
  }

  /** A click. While one is on its way, another means the same. */
  buy() {
    if (this.#isSending || this.#view?.state === 'retrying') return;
    this.refusal = null;
    this.#isWanted = !this.#isMet && this.#stored() !== null; // it may be one's own, and not answered yet
    if (this.#isWanted) {
      this.#view = { state: 'sending' };
      return this.tell();
    }
    if (!this.#kept || this.ticket) this.#keep({ key: newKey(), at: Date.now() });
    this.#attempts = 0;
    this.#attempt();
  }

  /** The server says what became of the ticket. */
  learn(ticket) {
    if (this.ticket?.id !== ticket.ticket) return;
    this.#keep({ ...this.#kept, ticket: { ...this.ticket, status: ticket.status, payBy: ticket.claim?.payBy ?? this.ticket.payBy } });
    this.tell();
  }

  /** The ticket that the server put into the page. */
  adopt(ticket) {
    if (this.ticket?.id === ticket.id) return;
    this.#keep({ key: null, at: Date.now(), ticket });
  }

  forget() {
    this.#keep(null);
    this.tell();
  }

  async #attempt() {
    clearTimeout(this.#timer);
    this.#isSending = true;
    this.#view = { state: 'sending' };
    this.tell();
    const { key } = this.#kept;
    let answer;
    try {
      answer = await this.send(this.sale, key);
    } catch {
      answer = { status: 0, body: {} };
    }
    this.#isSending = false;
    if (this.#kept?.key !== key) return this.tell(); // given up in another tab
    this.#view = null;
    this.#take(answer);
    this.tell();
  }

  #take({ status, body, retryAfterMs }) {
    if (status === 201)
      return this.#keep({ ...this.#kept, ticket: { id: `tkt${body.claim.id.slice(3)}`, order: body.claim.orderId, status: body.claim.state === 'kept' ? 'kept' : 'confirmed', payBy: body.claim.payBy } });
    if (status === 202)
      return this.#keep({ ...this.#kept, ticket: { id: body.ticket, order: `ord${body.ticket.slice(3)}`, status: 'queued', payBy: null } });
    if (status === 401) {
      this.#keep(null);
      return this.signIn();
    }
    if (status === 429) {
      this.#view = { state: 'slow', until: this.now() + (retryAfterMs ?? 5_000) };
      return this.#later(retryAfterMs ?? 5_000, () => { this.#view = null; this.tell(); });
    }
    // Our clock was a little ahead.
    const isEarly = body.code === 'not_open' && (retryAfterMs ?? Infinity) <= 2_000;
    if (status === 0 || status >= 500 || status === 408 || isEarly) return this.#retry(retryAfterMs);
    this.#keep(null);
    if (body.code === 'claim_released') this.refusal = null;
    else this.refusal = status === 403 ? 'account_blocked' : body.code ?? 'refused';
    this.reference = body.traceId ?? null;
  }

  #retry(retryAfterMs) {
    if (++this.#attempts >= ATTEMPTS_MAX) {
      this.#view = { state: 'failed' };
      return;
    }
    const wait = (retryAfterMs ?? Math.min(RETRY_MAX_MS, 1_000 * 2 ** (this.#attempts - 1))) + Math.random() * JITTER_MS;
    this.#view = { state: 'retrying', until: this.now() + wait };
    this.#later(wait, () => this.#attempt());
  }

  #later(ms, what) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(what, ms);
  }

  // Another tab clicked, or got an answer. Should it be closed before it has one, this tab goes on: the key is the same.
  #elsewhere() {
    if (this.#isSending || !this.#isMet) return;
    clearTimeout(this.#timer);
    this.#read();
    this.#view = this.#kept && !this.ticket ? { state: 'sending' } : null;
    if (this.#view) this.#later(TAKE_OVER_MS, () => this.#resume());
    this.tell();
  }

  #read() {
    this.#kept = this.#stored();
    if (this.#kept?.mark && this.#kept.mark !== this.#mark) this.#keep(null);
  }

  #stored() {
    try {
      return JSON.parse(this.storage.getItem(this.name));
    } catch {
      return null;
    }
  }

  #keep(kept) {
    this.#kept = kept;
    try {
      if (kept) this.storage.setItem(this.name, JSON.stringify({ ...kept, mark: this.#mark }));
      else this.storage.removeItem(this.name);
    } catch {
      // Kept for this page only.
    }
  }
}

async function post(sale, key) {
  const answer = await fetch(`/api/v1/sales/${sale}/claims`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key, Accept: 'application/json' },
    body: '{"quantity":1}',
    signal: AbortSignal.timeout(ANSWER_MAX_MS),
  });
  const retryAfter = Number(answer.headers.get('Retry-After'));
  return { status: answer.status, body: await answer.json().catch(() => ({})), retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : undefined };
}

// Also where the shop has no https, and the browser's own maker of ids is missing.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

// The server's time in the browser. It runs on a clock that nobody can set; the machine's own time is not asked.
const SAMPLES = 4;
const AGAIN_MS = 60_000;
const JUMP_MS = 1_500;

export class ServerClock {
  #offset; #error = null; #syncing = null; #wall; #ticks; #askedAt = -Infinity;

  /** @param roughNow What the page says the time was when it was made. */
  constructor(roughNow, { ask = askServer, ticks = () => performance.now(), wall = () => Date.now() } = {}) {
    this.ask = ask;
    this.#ticks = ticks;
    this.#wall = wall;
    this.#offset = roughNow - ticks();
    this.#note();
  }

  now() { return this.#ticks() + this.#offset; }

  /** How far off it may be, in ms; null until it was compared. */
  get error() { return this.#error; }

  /** Compares with the server: of several answers, the one that took the shortest tells most. */
  sync() {
    return this.#syncing ??= this.#sync().finally(() => { this.#syncing = null; });
  }

  /** Compares again when it is time to, or when the machine slept: its two clocks then disagree about how long. */
  check() {
    const slept = Math.abs((this.#wall() - this.#noted.wall) - (this.#ticks() - this.#noted.ticks)) > JUMP_MS;
    if (slept) this.#note();
    return slept || this.#ticks() - this.#askedAt > AGAIN_MS ? this.sync() : null;
  }

  #noted;
  #note() { this.#noted = { wall: this.#wall(), ticks: this.#ticks() }; }

  async #sync() {
    this.#askedAt = this.#ticks();
    let best = null;
    for (let i = 0; i < SAMPLES; i++) {
      const sent = this.#ticks();
      let server;
      try {
        server = await this.ask();
      } catch {
        continue; // counts on as before
      }
      const got = this.#ticks();
      if (!best || got - sent < best.took) best = { took: got - sent, offset: server - (sent + got) / 2 };
    }
    if (!best) return;
    this.#offset = best.offset;
    this.#error = Math.max(1, Math.ceil(best.took / 2));
    this.#note();
  }
}

async function askServer() {
  const answer = await fetch('/api/v1/time', { cache: 'no-store', credentials: 'omit' });
  if (!answer.ok) throw new Error(`time: ${answer.status}`);
  return (await answer.json()).epochMs;
}

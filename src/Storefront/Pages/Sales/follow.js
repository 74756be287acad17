// Follows sales and tickets for a page: by the worker that all tabs share where there is one, else by itself.
import { Follower, sourceOf } from './follower.js';

const listeners = new Map(); // name → listener
const own = new Map();       // name → follower, without a worker
let port;

/** Tells the listener { data }, { isAway } or { isGone } until the answer is called. */
export function follow(kind, id, listener) {
  const name = `${kind} ${id}`;
  listeners.set(name, listener);
  begin(kind, id, name);
  return () => {
    listeners.delete(name);
    end(kind, id, name);
  };
}

function begin(kind, id, name) {
  const shared = portOf();
  if (shared) shared.postMessage({ follow: true, kind, id });
  else own.set(name, new Follower(sourceOf(kind, id), news => listeners.get(name)?.(news)));
}

function end(kind, id, name) {
  port?.postMessage({ leave: true, kind, id });
  own.get(name)?.stop();
  own.delete(name);
}

function portOf() {
  if (port !== undefined) return port;
  try {
    const worker = new SharedWorker(new URL('./follow-worker.js', import.meta.url), { type: 'module' });
    port = worker.port;
    port.onmessage = ({ data: { kind, id, ...news } }) => listeners.get(`${kind} ${id}`)?.(news);
    worker.onerror = () => { // it could not be loaded: each tab for itself
      port = null;
      for (const name of listeners.keys()) begin(...name.split(' '), name);
    };
  } catch {
    port = null;
  }
  return port;
}

// A page that is put aside follows nothing; taken out again, it does.
addEventListener('pagehide', () => { for (const name of listeners.keys()) end(...name.split(' '), name); });
addEventListener('pageshow', event => { if (event.persisted) for (const name of listeners.keys()) begin(...name.split(' '), name); });

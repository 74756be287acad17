// One for all tabs of the shop: however many are open, each sale and ticket has one stream. A browser has six connections.
import { Follower, sourceOf } from './follower.js';

const followed = new Map(); // name → { follower, ports }

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data: { follow, leave, kind, id } }) => {
    if (follow) add(port, kind, id);
    if (leave) remove(port, `${kind} ${id}`);
  };
};

function add(port, kind, id) {
  const name = `${kind} ${id}`;
  let one = followed.get(name);
  if (!one) {
    one = { ports: new Set(), follower: null };
    followed.set(name, one);
    one.follower = new Follower(sourceOf(kind, id), news => {
      for (const reader of one.ports) reader.postMessage({ kind, id, ...news });
      if (news.isGone) followed.delete(name);
    });
  } else if (one.follower.news) {
    port.postMessage({ kind, id, data: one.follower.news });
  }
  one.ports.add(port);
}

function remove(port, name) {
  const one = followed.get(name);
  if (!one) return;
  one.ports.delete(port);
  if (one.ports.size > 0) return;
  one.follower.stop();
  followed.delete(name);
}

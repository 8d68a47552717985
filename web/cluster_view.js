// The nodes of the cluster with their load, shown while there is more than the server itself.

import { getJson } from './api.js';
import { byId, element } from './elements.js';

const LOOK_EVERY_MS = 2000;

const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** A node in words: what it is, and how it does. */
export function describeNode({ role, state, breaker, workers, frames_held: held }) {
  const does = state === 'draining' ? 'drains'
    : breaker === 'open' ? 'left alone, it fails too often'
      : breaker === 'half_open' ? 'on trial' : 'ready';
  return `${role}, ${does}: ${count(held, 'frame')}, ${count(workers, 'worker')}`;
}

export class ClusterView {
  #timer;

  /** Looks from now on, or no more. */
  set running(running) {
    clearInterval(this.#timer);
    if (!running) return this.#show([]);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
  }

  async #look() {
    if (document.hidden) return;
    try {
      this.#show((await getJson('/api/v1/cluster')).nodes);
    } catch {
      this.#show([]);  // The page says by itself that the server is away.
    }
  }

  #show(nodes) {
    byId('cluster').hidden = nodes.length < 2;
    byId('nodes').replaceChildren(...nodes.map((node) => this.#item(node)));
  }

  #item(node) {
    const words = describeNode(node);
    // Two frames for each worker keep it busy without a wait.
    const meter = element('meter', { min: 0, max: 4, high: 2, value: Math.min(node.load, 4), 'aria-label': 'Load' });
    const hint = element('span', { className: 'hint' }, words);
    const item = element('li', {}, element('strong', {}, node.id), meter, hint);
    item.dataset.state = node.breaker === 'open' ? 'failing' : node.state;
    return item;
  }
}

// One WebSocket to the server that comes back by itself after it was lost.
//
// Calls `onState(state)` with {name: 'connecting' | 'open' | 'waiting', ...}, `onMessage(message)` for each
// JSON message and `onFrame(buffer)` for each binary one. 'open' means that the server said `welcome`.

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15000;

/** How long to wait before attempt `attempt` (from 0); `random` in [0, 1) spreads many clients. */
export function retryDelayMs(attempt, random) {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt) * (0.5 + random / 2);
}

export class Connection {
  #url;
  #handlers;
  #socket = null;
  #attempt = 0;
  #retryTimer = 0;

  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  /** Connects now; when it waits for its next attempt, without waiting any longer. */
  connect() {
    if (this.#socket) return;
    clearTimeout(this.#retryTimer);
    this.#handlers.onState({ name: 'connecting' });
    const socket = new WebSocket(this.#url, 'framewright.v1');
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#receive(data));
    socket.addEventListener('close', (event) => this.#lost(event));
    this.#socket = socket;
  }

  /** Sends a control message (an object) or a frame (a Blob). Must be open. */
  send(message) {
    this.#socket.send(message instanceof Blob ? message : JSON.stringify(message));
  }

  #receive(data) {
    if (typeof data !== 'string') {
      this.#handlers.onFrame(data);
      return;
    }
    const message = JSON.parse(data);
    if (message.type === 'welcome') {
      this.#attempt = 0;
      this.#handlers.onState({ name: 'open', welcome: message });
    }
    this.#handlers.onMessage(message);
  }

  #lost({ code, reason }) {
    this.#socket = null;
    const delayMs = retryDelayMs(this.#attempt++, Math.random());
    this.#retryTimer = setTimeout(() => this.connect(), delayMs);
    this.#handlers.onState({ name: 'waiting', delayMs, code, reason });
  }
}

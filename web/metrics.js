// Numbers about a running stream, from events and the times they happened at. Times are milliseconds of one
// clock.

const RATE_SPAN_MS = 2000;
const LATENCY_SAMPLES = 120;

/** Events a second over the last two seconds. */
export class Rate {
  #times = [];

  add(nowMs) {
    this.#times.push(nowMs);
    this.#forget(nowMs);
  }

  perSecond(nowMs) {
    this.#forget(nowMs);
    return this.#times.length / (RATE_SPAN_MS / 1000);
  }

  #forget(nowMs) {
    while (this.#times.length > 0 && this.#times[0] <= nowMs - RATE_SPAN_MS) this.#times.shift();
  }
}

/** The median of the last samples. */
export class Median {
  #samples = [];

  add(value) {
    this.#samples.push(value);
    if (this.#samples.length > LATENCY_SAMPLES) this.#samples.shift();
  }

  /** undefined until there is a sample. */
  value() {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)];
  }

  clear() {
    this.#samples = [];
  }
}

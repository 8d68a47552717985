// Shows how it goes: the connection, the numbers, errors that a person can read, and announcements to
// screen readers.

import { byId } from './elements.js';

const CLOSE_REASONS = {
  1001: 'the server is shutting down',
  1002: 'the server found a mistake in the protocol',
  1008: 'the server refused this page or lost patience with it',
  1009: 'a message was too large',
  1011: 'the server had an internal error',
  1013: 'the server is too busy',
};

export class StatusView {
  #outputSize = '';

  connection({ name, delayMs, code, reason }) {
    const texts = {
      connecting: 'Connecting…',
      open: 'Connected',
      waiting: `Not connected: ${reason || CLOSE_REASONS[code] || 'the server cannot be reached'}. `
        + `Next attempt in ${Math.ceil(delayMs / 1000)} s.`,
    };
    byId('connection').dataset.state = name;
    byId('connection-text').textContent = texts[name];
  }

  /** Said by screen readers, not shown. */
  announce(text) {
    byId('announcement').textContent = text;
  }

  error(error) {
    byId('error-text').textContent = error.message;
    byId('error').hidden = false;
  }

  clearError() {
    byId('error').hidden = true;
    byId('error-text').textContent = '';
  }

  set running(running) {
    byId('stage').dataset.running = running;
  }

  shown({ metadata, width, height, payload }) {
    const { decode = 0, process = 0, encode = 0 } = metadata.timings_us ?? {};
    byId('accelerator-used').textContent = metadata.accelerator ?? '–';
    byId('worker-time').textContent = `${((decode + process + encode) / 1000).toFixed(1)} ms`;
    this.#outputSize = `${width} × ${height}, ${(payload.length / 1024).toFixed(0)} KiB`;
  }

  measured({ fps, latencyMs, inFlight, queueDepth, dropped }) {
    byId('fps').textContent = fps.toFixed(1);
    byId('latency').textContent = latencyMs === undefined ? '–' : `${latencyMs.toFixed(0)} ms`;
    byId('queue').textContent = `${queueDepth} / ${inFlight}`;
    byId('dropped').textContent = dropped;
    byId('output-size').textContent = this.#outputSize;
    byId('input-size').textContent = `${byId('input').width} × ${byId('input').height}`;
  }
}

// One stream on a connection: opens it, keeps the server's settings those of the page, and counts what is
// under way.
//
// Back-pressure: `ready` is true only while fewer frames than `window` have no answer yet, so the page
// never encodes a frame that would only wait. An answer is a result, a drop or an error that names the
// frame.
//
// The connection is anything with send(); `clock()` gives milliseconds.

import { decodeFrame, encodeHeader } from './frame_codec.js';
import { Median, Rate } from './metrics.js';

const STREAM_ID = 1;

export class FrameStream {
  // Given.
  #connection;
  #clock;
  #events;
  #settings;
  // Owned.
  #state = 'closed'; // closed, opening, refused, open
  #updating = false;
  #changedSince = false;
  #nextFrameId = 1;
  #sentAt = new Map();
  // Measured.
  #results = new Rate();
  #latency = new Median();
  #dropped = 0;
  #queueDepth = 0;

  /** `events`: onResult(result), onSettled() when the server has taken the settings, onError(error). */
  constructor(connection, settings, events, clock = () => performance.now()) {
    this.#connection = connection;
    this.#settings = settings;
    this.#events = events;
    this.#clock = clock;
  }

  get ready() {
    return this.#state === 'open' && this.#sentAt.size < this.#settings.window;
  }

  /** Call when the connection has opened. */
  open() {
    this.#state = 'opening';
    this.#changedSince = false;
    this.#sendSettings('open_stream');
  }

  /** Call when the connection was lost: nothing that was under way will be answered. */
  reset() {
    this.#state = 'closed';
    this.#updating = false;
    this.#sentAt.clear();
    this.#latency.clear();
    this.#queueDepth = 0;
  }

  /** Changes the settings of later frames. Quick changes are merged: one update is under way at a time. */
  update(settings) {
    this.#settings = settings;
    if (this.#state === 'refused') this.open();
    else if (this.#state === 'opening' || this.#updating) this.#changedSince = true;
    else if (this.#state === 'open') this.#sendUpdate();
  }

  /** Sends one encoded picture. Only when ready. */
  send(picture, encoding) {
    const frameId = this.#nextFrameId++;
    const captureUs = Math.round((performance.timeOrigin + performance.now()) * 1000);
    const header = encodeHeader({ encoding, frameId, captureUs, streamId: STREAM_ID });
    this.#sentAt.set(frameId, this.#clock());
    this.#connection.send(new Blob([header, picture]));
  }

  /** A JSON message of the server. */
  receive(message) {
    if (message.stream_id !== undefined && message.stream_id !== STREAM_ID) return;
    switch (message.type) {
      case 'stream_opened':
        this.#state = 'open';
        this.#settled();
        break;
      case 'stream_updated':
        this.#updating = false;
        this.#settled();
        break;
      case 'dropped':
        this.#dropped += message.frame_ids.length;
        for (const id of message.frame_ids) this.#sentAt.delete(id);
        break;
      case 'stats':
        this.#queueDepth = message.queue_depth;
        break;
      case 'error':
        this.#failed(message);
        break;
    }
  }

  /** A binary message of the server. */
  receiveFrame(buffer) {
    const result = decodeFrame(buffer);
    const now = this.#clock();
    const sentAt = this.#sentAt.get(result.frameId);
    this.#sentAt.delete(result.frameId);
    this.#results.add(now);
    if (sentAt !== undefined) this.#latency.add(now - sentAt);
    this.#events.onResult(result);
  }

  measure() {
    return {
      fps: this.#results.perSecond(this.#clock()),
      latencyMs: this.#latency.value(),
      inFlight: this.#sentAt.size,
      queueDepth: this.#queueDepth,
      dropped: this.#dropped,
    };
  }

  #sendUpdate() {
    this.#updating = true;
    this.#changedSince = false;
    this.#sendSettings('update_stream');
  }

  #sendSettings(type) {
    this.#connection.send({ type, stream_id: STREAM_ID, ...this.#settings });
  }

  #settled() {
    if (this.#changedSince) this.#sendUpdate();
    else this.#events.onSettled();
  }

  #failed(error) {
    if (error.frame_id !== undefined && error.frame_id !== null) {
      this.#sentAt.delete(error.frame_id);
    } else if (this.#state === 'opening') {
      this.#state = 'refused';
      if (this.#changedSince) this.open();
    } else if (this.#updating) {
      this.#updating = false;
      if (this.#changedSince) this.#sendUpdate();
    }
    this.#events.onError(error);
  }
}

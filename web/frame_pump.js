// Draws the source to the input canvas, and gives frames to the stream as fast as both it and the chosen
// rate allow.
//
// One frame is encoded at a time. A still picture is sent once, and again after resend().

import { Encoding, mediaTypeOf } from './frame_codec.js';

const INPUT_JPEG_QUALITY = 0.9;

export class FramePump {
  // Given.
  #canvas;
  #stream;
  #onError;
  // Owned.
  #context;
  #source = null;
  #sourceTicket = 0;
  #running = false;
  #pace = { framesPerSecond: 30, longestSide: 640 };
  #encoding = false;
  #stillSent = false;
  #nextDueMs = 0;

  constructor(canvas, stream, onError) {
    this.#canvas = canvas;
    this.#stream = stream;
    this.#onError = onError;
    this.#context = canvas.getContext('2d', { willReadFrequently: true });
    requestAnimationFrame((nowMs) => this.#tick(nowMs));
  }

  set pace(pace) {
    this.#pace = pace;
  }

  get running() {
    return this.#running;
  }

  set running(running) {
    this.#running = running;
  }

  /** Starts `source` in place of the one before; throws what its start() throws. The newest call wins. */
  async use(source) {
    const ticket = ++this.#sourceTicket;
    this.#source?.stop();
    this.#source = null;
    await source.start((error) => this.#ended(source, error));
    if (ticket !== this.#sourceTicket) {
      source.stop();
      return;
    }
    this.#source = source;
    this.resend();
  }

  /** Sends a still picture once more, for other settings or another connection. */
  resend() {
    this.#stillSent = false;
  }

  #ended(source, error) {
    if (this.#source !== source) return;
    this.#source = null;
    this.#onError(error);
  }

  #tick(nowMs) {
    requestAnimationFrame((nextMs) => this.#tick(nextMs));
    if (!this.#running || !this.#source) return;
    this.#resize(this.#source.size(this.#pace.longestSide));
    if (this.#source.draw(this.#context, nowMs) && this.#due(nowMs)) this.#send();
  }

  #due(nowMs) {
    if (this.#encoding || !this.#stream.ready) return false;
    if (!this.#source.live) return !this.#stillSent;
    if (nowMs < this.#nextDueMs) return false;
    // A frame that comes late does not make the next one early, but the pace is kept on average.
    const intervalMs = 1000 / this.#pace.framesPerSecond;
    this.#nextDueMs = Math.max(this.#nextDueMs + intervalMs, nowMs - intervalMs);
    return true;
  }

  #resize({ width, height }) {
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  #send() {
    const encoding = this.#source.live ? Encoding.JPEG : Encoding.PNG;
    const ticket = this.#sourceTicket;
    this.#encoding = true;
    this.#stillSent = true;
    const encoded = (picture) => {
      this.#encoding = false;
      if (!picture) this.#onError(new Error('The browser could not encode the picture.'));
      else if (this.#stream.ready && ticket === this.#sourceTicket) this.#stream.send(picture, encoding);
      else this.#stillSent = false;
    };
    this.#canvas.toBlob(encoded, mediaTypeOf(encoding), INPUT_JPEG_QUALITY);
  }
}

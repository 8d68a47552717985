// Shows results on a canvas. One picture is decoded at a time; of those that come meanwhile the newest is
// kept.

import { mediaTypeOf } from './frame_codec.js';

export class Display {
  #canvas;
  #onShown;
  #onError;
  #decoding = false;
  #waiting = null;

  /** `onShown(result)` after each picture that is drawn, `onError(error)` for one that cannot be. */
  constructor(canvas, onShown, onError) {
    this.#canvas = canvas;
    this.#onShown = onShown;
    this.#onError = onError;
  }

  async show(result) {
    if (this.#decoding) {
      this.#waiting = result;
      return;
    }
    this.#decoding = true;
    for (let next = result; next; next = this.#takeWaiting()) await this.#draw(next);
    this.#decoding = false;
  }

  #takeWaiting() {
    const next = this.#waiting;
    this.#waiting = null;
    return next;
  }

  async #draw(result) {
    const blob = new Blob([result.payload], { type: mediaTypeOf(result.encoding) });
    try {
      const bitmap = await createImageBitmap(blob);
      this.#paint(bitmap);
      bitmap.close();
      this.#onShown(result);
    } catch {
      this.#onError(new Error(`Result ${result.frameId} is not a picture that this browser can show.`));
    }
  }

  #paint(bitmap) {
    const canvas = this.#canvas;
    if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
    if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0);
  }
}

// Where pictures come from. A source has: `live` (makes pictures all the time, or one that stays),
// `start(onEnded)`, `stop()`, `size(longestSide)` of its pictures in pixels, and `draw(context, nowMs)`,
// false when there is none yet.

import { drawTestPattern } from './test_pattern.js';

const LARGEST_STILL = 1920;

/** Width and height scaled down, never up, so that the longer one is at most `longestSide`. */
export function fitSize(width, height, longestSide) {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

export class PatternSource {
  live = true;

  async start() {}

  stop() {}

  size(longestSide) {
    return fitSize(longestSide, Math.round((longestSide * 9) / 16), longestSide);
  }

  draw(context, nowMs) {
    drawTestPattern(context, nowMs / 1000);
    return true;
  }
}

export class PictureSource {
  live = false;
  #blob;
  #name;
  #bitmap = null;

  constructor(blob, name) {
    this.#blob = blob;
    this.#name = name;
  }

  async start() {
    try {
      this.#bitmap = await createImageBitmap(this.#blob);
    } catch {
      const advice = 'Take a PNG, JPEG or WebP file.';
      throw new Error(`${this.#name} is not a picture that this browser can read. ${advice}`);
    }
  }

  stop() {
    this.#bitmap?.close();
    this.#bitmap = null;
  }

  size() {
    return fitSize(this.#bitmap.width, this.#bitmap.height, LARGEST_STILL);
  }

  draw(context) {
    const { width, height } = context.canvas;
    context.clearRect(0, 0, width, height);
    context.drawImage(this.#bitmap, 0, 0, width, height);
    return true;
  }
}

const CAMERA_ERRORS = {
  NotAllowedError: 'The browser may not use the camera. Allow it in the address bar and try again.',
  NotFoundError: 'There is no camera.',
  NotReadableError: 'The camera is in use by another program.',
};

export class WebcamSource {
  live = true;
  #deviceId;
  #stream = null;
  #video = document.createElement('video');

  /** The browser's default camera when `deviceId` is empty. */
  constructor(deviceId) {
    this.#deviceId = deviceId;
    this.#video.muted = true;
    this.#video.playsInline = true;
  }

  /** Why there can be no webcam on this page; empty when there can. */
  static obstacle() {
    if (!window.isSecureContext) return 'Browsers give the camera to https:// and localhost only.';
    return navigator.mediaDevices?.getUserMedia ? '' : 'This browser has no camera access.';
  }

  /** The cameras; their names are known once one was allowed. */
  static async list() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
  }

  /** Takes the camera; `onEnded(error)` when it is taken away later. */
  async start(onEnded) {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const device = this.#deviceId ? { deviceId: { exact: this.#deviceId } } : {};
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...device } });
    } catch (error) {
      throw new Error(CAMERA_ERRORS[error.name] ?? `The camera cannot be used: ${error.message}`);
    }
    const [track] = this.#stream.getVideoTracks();
    track.addEventListener('ended', () => onEnded(new Error('The camera was switched off.')));
    this.#video.srcObject = this.#stream;
    await this.#video.play();
  }

  stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#video.srcObject = null;
  }

  size(longestSide) {
    return fitSize(this.#video.videoWidth, this.#video.videoHeight, longestSide);
  }

  draw(context) {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return false;
    context.drawImage(this.#video, 0, 0, context.canvas.width, context.canvas.height);
    return true;
  }
}

// The choice of a source: radio buttons, the list of cameras, a file from disk, dropped or from the
// server's library.

import { getPicture, getJson } from './api.js';
import { byId, element, options } from './elements.js';
import { PatternSource, PictureSource, WebcamSource } from './sources.js';

export class SourceView {
  #use;
  #onError;
  #picture = null;

  /** `use(source)` starts a source and rejects when it cannot; `onError(error)` shows why. */
  constructor(use, onError) {
    this.#use = use;
    this.#onError = onError;
    for (const radio of this.#radios()) radio.addEventListener('change', () => this.#selected());
    byId('camera').addEventListener('change', () => this.#selected());
    byId('file').addEventListener('change', ({ target }) => this.#takeFile(target.files[0]));
    this.#acceptDrops(byId('stage'));
    this.#explainWebcam();
  }

  /** Starts what is selected. */
  start() {
    return this.#selected();
  }

  async loadLibrary() {
    const { images } = await getJson('/api/v1/images?limit=24');
    byId('library').replaceChildren(...images.map((image) => this.#libraryItem(image)));
  }

  #radios() {
    return document.querySelectorAll('input[name=source]');
  }

  async #selected() {
    const kind = document.querySelector('input[name=source]:checked').value;
    byId('webcam-options').hidden = kind !== 'webcam';
    byId('picture-options').hidden = kind !== 'picture';
    byId('pace').hidden = kind === 'picture';
    if (kind === 'pattern') await this.#begin(new PatternSource());
    if (kind === 'webcam') await this.#beginWebcam();
    if (kind === 'picture' && this.#picture) await this.#begin(this.#picture);
  }

  async #beginWebcam() {
    if (!(await this.#begin(new WebcamSource(byId('camera').value)))) return;
    const cameras = await WebcamSource.list();
    const chosen = byId('camera').value;
    byId('camera').replaceChildren(...options([['', 'Default camera'],
      ...cameras.map(({ deviceId, label }, index) => [deviceId, label || `Camera ${index + 1}`])]));
    byId('camera').value = chosen;
  }

  async #begin(source) {
    try {
      await this.#use(source);
      return true;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }

  #takeFile(file) {
    if (file) this.#takePicture(file, file.name);
  }

  #takePicture(blob, name) {
    this.#picture = new PictureSource(blob, name);
    byId('picture-name').textContent = name;
    document.querySelector('input[name=source][value=picture]').checked = true;
    return this.#selected();
  }

  #acceptDrops(zone) {
    zone.addEventListener('dragover', (event) => {
      event.preventDefault();
      zone.classList.add('drop');
    });
    zone.addEventListener('dragleave', () => zone.classList.remove('drop'));
    zone.addEventListener('drop', (event) => {
      event.preventDefault();
      zone.classList.remove('drop');
      this.#takeFile(event.dataTransfer.files[0]);
    });
  }

  #libraryItem(image) {
    const path = `/api/v1/images/${encodeURIComponent(image.id)}`;
    const onclick = async () => {
      try {
        await this.#takePicture(await getPicture(path), image.display_name);
      } catch (error) {
        this.#onError(error);
      }
    };
    const src = `${path}/thumbnail`;
    const thumbnail = element('img', { src, alt: '', loading: 'lazy', width: 72, height: 72 });
    const name = `Use ${image.display_name}`;
    const attributes = { type: 'button', className: 'thumb', title: name, 'aria-label': name, onclick };
    return element('li', {}, element('button', attributes, thumbnail));
  }

  #explainWebcam() {
    const obstacle = WebcamSource.obstacle();
    byId('source-webcam').disabled = obstacle !== '';
    byId('webcam-obstacle').textContent = obstacle;
  }
}

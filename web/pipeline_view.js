// The list of the pipeline's steps with their controls. Steps move and go by button, or with Alt+arrow keys
// and Alt+Delete anywhere inside a step; what happened is said through `announce`.

import { element, options } from './elements.js';
import { parameterControl } from './parameter_control.js';

export class PipelineView {
  // Given.
  #pipeline;
  #list;
  #picker;
  #addButton;
  #announce;
  // Owned.
  #filters = [];
  #items = new Map();

  constructor(pipeline, { list, picker, addButton, announce }) {
    this.#pipeline = pipeline;
    this.#list = list;
    this.#picker = picker;
    this.#addButton = addButton;
    this.#announce = announce;
    addButton.addEventListener('click', () => this.#add());
  }

  /** The filters that the server has; steps already made stay. */
  set filters(filters) {
    this.#filters = filters;
    this.#picker.replaceChildren(...options(filters.map(({ id, name }) => [id, name])));
    this.#picker.disabled = this.#addButton.disabled = filters.length === 0;
    this.#describe();
  }

  #add() {
    const filter = this.#filters.find(({ id }) => id === this.#picker.value);
    const step = this.#pipeline.add(filter);
    const item = this.#makeItem(step);
    this.#items.set(step, item);
    this.#list.append(item);
    this.#announce(`${filter.name} added as step ${this.#pipeline.steps.length}.`);
  }

  #remove(step) {
    const index = this.#pipeline.steps.indexOf(step);
    this.#pipeline.remove(step);
    this.#items.get(step).remove();
    this.#items.delete(step);
    const next = this.#pipeline.steps[Math.min(index, this.#pipeline.steps.length - 1)];
    (next ? this.#items.get(next).querySelector('[data-act=remove]') : this.#picker).focus();
    this.#announce(`${step.filter.name} removed.`);
  }

  #move(step, offset) {
    if (!this.#pipeline.move(step, offset)) return;
    const focused = document.activeElement;
    const item = this.#items.get(step);
    const after = this.#pipeline.steps[this.#pipeline.steps.indexOf(step) + 1];
    this.#list.insertBefore(item, after ? this.#items.get(after) : null);
    focused.focus();
    this.#announce(`${step.filter.name} is now step ${this.#pipeline.steps.indexOf(step) + 1}.`);
  }

  #makeItem(step) {
    const { filter, key, values } = step;
    const controls = filter.parameters.map((parameter) =>
      parameterControl(parameter, `step-${key}-${parameter.id}`, values[parameter.id], (value) =>
        this.#pipeline.setValue(step, parameter.id, value)));
    const head = element('div', { className: 'step-head' }, element('h3', {}, filter.name),
      this.#button('up', `Move ${filter.name} up`, '↑', () => this.#move(step, -1)),
      this.#button('down', `Move ${filter.name} down`, '↓', () => this.#move(step, 1)),
      this.#button('remove', `Remove ${filter.name}`, '×', () => this.#remove(step)));
    const onkeydown = (event) => this.#key(event, step);
    return element('li', { className: 'step', onkeydown, 'data-filter': filter.id }, head, ...controls);
  }

  #button(act, name, sign, onclick) {
    const attributes = { type: 'button', className: 'icon', 'data-act': act, 'aria-label': name, onclick };
    return element('button', attributes, sign);
  }

  #key(event, step) {
    const actions = {
      ArrowUp: () => this.#move(step, -1),
      ArrowDown: () => this.#move(step, 1),
      Delete: () => this.#remove(step),
    };
    if (!event.altKey || !actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  #describe() {
    const show = () => {
      const chosen = this.#filters.find(({ id }) => id === this.#picker.value);
      this.#picker.title = chosen?.description ?? '';
    };
    this.#picker.onchange = show;
    show();
  }
}

// A pipeline as the page edits it: an ordered list of steps, each a filter with the value of every
// parameter.
//
// A filter is described as the server reports it: {id, name, parameters: [{id, default_value, min_value,
// ...}]}.

/** The nearest value that a number parameter accepts: in range, integers in whole steps from the minimum. */
export function fitNumber(parameter, value) {
  if (!Number.isFinite(value)) return parameter.default_value;
  const { min_value: min, max_value: max } = parameter;
  const clamped = Math.min(max, Math.max(min, value));
  if (!isInteger(parameter)) return clamped;
  const step = parameter.step || 1;
  const steps = Math.min(Math.round((clamped - min) / step), Math.floor((max - min) / step));
  return min + steps * step;
}

export function isInteger(parameter) {
  return parameter.type === 'integer';
}

export class Pipeline {
  #steps = [];
  #nextKey = 1;
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  get steps() {
    return this.#steps;
  }

  /** Puts `filter` at the end, with its defaults. */
  add(filter) {
    const values = Object.fromEntries(filter.parameters.map((p) => [p.id, p.default_value]));
    const step = { key: this.#nextKey++, filter, values };
    this.#steps.push(step);
    this.#onChange();
    return step;
  }

  remove(step) {
    this.#steps.splice(this.#steps.indexOf(step), 1);
    this.#onChange();
  }

  /** Moves `step` by `offset` places; false when it is at that end already. */
  move(step, offset) {
    const from = this.#steps.indexOf(step);
    const to = from + offset;
    if (to < 0 || to >= this.#steps.length) return false;
    this.#steps.splice(from, 1);
    this.#steps.splice(to, 0, step);
    this.#onChange();
    return true;
  }

  setValue(step, parameterId, value) {
    step.values[parameterId] = value;
    this.#onChange();
  }

  /** The JSON form, with those parameters that differ from their defaults. */
  toJson() {
    return this.#steps.map((step) => {
      return { filter: step.filter.id, params: Object.fromEntries(changedValues(step)) };
    });
  }

  /** The text form, for URLs and shells; says the same as toJson(). */
  toText() {
    return this.#steps.map(stepText).join('|');
  }
}

function changedValues({ filter, values }) {
  return filter.parameters
    .filter((parameter) => values[parameter.id] !== parameter.default_value)
    .map((parameter) => [parameter.id, values[parameter.id]]);
}

function stepText(step) {
  const changed = changedValues(step).map(([id, value]) => `${id}=${value}`);
  return changed.length === 0 ? step.filter.id : `${step.filter.id}:${changed.join(',')}`;
}

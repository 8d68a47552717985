// The control that fits a parameter: a checkbox, a list of choices, or a slider with its number beside it.

import { element, options } from './elements.js';
import { fitNumber, isInteger } from './pipeline.js';

/** `id` is unique on the page; `onChange(value)` gets every value that the person chose. */
export function parameterControl(parameter, id, value, onChange) {
  if (typeof parameter.default_value === 'boolean') return checkbox(parameter, id, value, onChange);
  if (parameter.options?.length > 0) return choice(parameter, id, value, onChange);
  return slider(parameter, id, value, onChange);
}

function checkbox(parameter, id, checked, onChange) {
  const box = element('input', { type: 'checkbox', id, checked, onchange: () => onChange(box.checked) });
  return element('div', { className: 'control control-check' }, box, label(parameter, id));
}

function choice(parameter, id, value, onChange) {
  const list = element('select', { id, onchange: () => onChange(list.value) });
  list.append(...options(parameter.options.map((option) => [option, option])));
  list.value = value;
  return element('div', { className: 'control' }, label(parameter, id), list);
}

function slider(parameter, id, value, onChange) {
  const { min_value: min, max_value: max } = parameter;
  const step = isInteger(parameter) ? parameter.step || 1 : parameter.step || 'any';
  const range = element('input', { type: 'range', id, min, max, step, value });
  const name = `${parameter.name}, as a number`;
  const number = element('input', {
    type: 'number', min, max, step, value, inputMode: 'decimal', 'aria-label': name,
  });
  range.addEventListener('input', () => {
    number.value = range.value;
    onChange(Number(range.value));
  });
  number.addEventListener('change', () => {
    const fitting = fitNumber(parameter, number.valueAsNumber);
    number.value = fitting;
    range.value = fitting;
    onChange(fitting);
  });
  return element('div', { className: 'control control-range' }, label(parameter, id), range, number);
}

function label(parameter, id) {
  const unit = parameter.metadata?.unit;
  const text = element('label', { htmlFor: id }, unit ? `${parameter.name} (${unit})` : parameter.name);
  if (parameter.description) text.title = parameter.description;
  return text;
}

import assert from 'node:assert/strict';
import test from 'node:test';
import { Pipeline, fitNumber } from '../../web/pipeline.js';
import { curlLine } from '../../web/share_view.js';

const BLUR = {
  id: 'gaussian_blur',
  name: 'Gaussian blur',
  parameters: [
    { id: 'kernel_size', type: 'integer', default_value: 5, min_value: 3, max_value: 31, step: 2 },
    { id: 'sigma', type: 'float', default_value: 1, min_value: 0.1, max_value: 20, step: 0.1 },
  ],
};
const INVERT = { id: 'invert', name: 'Invert', parameters: [] };

function countingPipeline() {
  const seen = { changes: 0 };
  return { seen, pipeline: new Pipeline(() => seen.changes++) };
}

test('text and JSON name only the values that were changed', () => {
  const { pipeline } = countingPipeline();
  const blur = pipeline.add(BLUR);
  pipeline.add(INVERT);
  assert.equal(pipeline.toText(), 'gaussian_blur|invert');
  pipeline.setValue(blur, 'sigma', 2.5);
  pipeline.setValue(blur, 'kernel_size', 9);
  assert.equal(pipeline.toText(), 'gaussian_blur:kernel_size=9,sigma=2.5|invert');
  assert.deepEqual(pipeline.toJson(), [
    { filter: 'gaussian_blur', params: { kernel_size: 9, sigma: 2.5 } }, { filter: 'invert', params: {} }]);
});

test('an empty pipeline is empty text and an empty list', () => {
  const { pipeline } = countingPipeline();
  assert.equal(pipeline.toText(), '');
  assert.deepEqual(pipeline.toJson(), []);
});

test('steps move one place and stop at both ends', () => {
  const { pipeline, seen } = countingPipeline();
  const blur = pipeline.add(BLUR);
  const invert = pipeline.add(INVERT);
  assert.equal(pipeline.move(invert, 1), false);
  assert.equal(pipeline.move(invert, -1), true);
  assert.deepEqual(pipeline.steps, [invert, blur]);
  assert.equal(pipeline.move(invert, -1), false);
  assert.equal(seen.changes, 3);
});

test('two steps of one filter keep their own values', () => {
  const { pipeline } = countingPipeline();
  const first = pipeline.add(BLUR);
  pipeline.add(BLUR);
  pipeline.setValue(first, 'sigma', 3);
  assert.equal(pipeline.toText(), 'gaussian_blur:sigma=3|gaussian_blur');
  pipeline.remove(first);
  assert.equal(pipeline.toText(), 'gaussian_blur');
});

test('numbers are fitted to range and step', () => {
  const [kernel, sigma] = BLUR.parameters;
  assert.equal(fitNumber(kernel, 8), 9);
  assert.equal(fitNumber(kernel, 1), 3);
  assert.equal(fitNumber(kernel, 99), 31);
  assert.equal(fitNumber(kernel, NaN), 5);
  assert.equal(fitNumber(sigma, 0), 0.1);
  assert.equal(fitNumber(sigma, 1.25), 1.25);
  assert.equal(fitNumber({ type: 'integer', default_value: 0, min_value: 0, max_value: 5, step: 2 }, 5), 4);
});

test('the curl line quotes the pipeline and names what differs from the defaults', () => {
  const line = curlLine('http://host:8080', 'gaussian_blur:sigma=2|invert',
    { accelerator: 'cpu', output: { format: 'webp', quality: 70 } });
  assert.match(line, /'http:\/\/host:8080\/api\/v1\/process\?pipeline=gaussian_blur%3Asigma%3D2%7Cinvert/);
  assert.match(line, /&accelerator=cpu&format=webp&quality=70' -o output\.webp$/);
  const plain = curlLine('http://host:8080', '', { accelerator: 'auto', output: { quality: 80 } });
  assert.match(plain, /process\?pipeline=' -o output\.jpg$/);
});

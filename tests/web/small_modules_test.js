import assert from 'node:assert/strict';
import test from 'node:test';
import { problemText } from '../../web/api.js';
import { describeNode } from '../../web/cluster_view.js';
import { retryDelayMs } from '../../web/connection.js';
import { Median, Rate } from '../../web/metrics.js';
import { fitSize } from '../../web/sources.js';

test('the rate is that of the last two seconds', () => {
  const rate = new Rate();
  for (let ms = 0; ms < 1000; ms += 100) rate.add(ms);
  assert.equal(rate.perSecond(1000), 5);
  assert.equal(rate.perSecond(2450), 2.5);
  assert.equal(rate.perSecond(9000), 0);
});

test('the median is that of the last samples', () => {
  const median = new Median();
  assert.equal(median.value(), undefined);
  for (const value of [30, 10, 20]) median.add(value);
  assert.equal(median.value(), 20);
  for (let i = 0; i < 120; i++) median.add(7);
  assert.equal(median.value(), 7);
});

test('waiting doubles, stays within half of it, and has an end', () => {
  assert.equal(retryDelayMs(0, 0), 250);
  assert.equal(retryDelayMs(1, 0), 500);
  assert.ok(retryDelayMs(0, 0.999) < 500);
  assert.ok(retryDelayMs(1000, 0.999) <= 15000);
});

test('pictures are made smaller, never larger, and never empty', () => {
  assert.deepEqual(fitSize(1920, 1080, 640), { width: 640, height: 360 });
  assert.deepEqual(fitSize(100, 50, 640), { width: 100, height: 50 });
  assert.deepEqual(fitSize(5000, 1, 100), { width: 100, height: 1 });
});

test('a node is told by what it does', () => {
  const node = { role: 'worker', state: 'ready', breaker: 'closed', workers: 2, frames_held: 3 };
  assert.equal(describeNode(node), 'worker, ready: 3 frames, 2 workers');
  assert.match(describeNode({ ...node, workers: 1, frames_held: 1 }), /: 1 frame, 1 worker$/);
  assert.match(describeNode({ ...node, breaker: 'open' }), /fails too often/);
  assert.match(describeNode({ ...node, breaker: 'half_open' }), /on trial/);
  assert.match(describeNode({ ...node, state: 'draining', breaker: 'open' }), /drains/);
});

test('a problem is told with its code, detail and fields', async () => {
  const problem = {
    title: 'Invalid pipeline', code: 'invalid_pipeline', detail: 'Two mistakes.',
    errors: [{ field: 'pipeline[0].sepia.intensity', message: 'accepted: 0 to 1' }],
  };
  const headers = { 'content-type': 'application/problem+json' };
  assert.equal(await problemText(new Response(JSON.stringify(problem), { status: 400, headers })),
    'Two mistakes. (invalid_pipeline)\npipeline[0].sepia.intensity: accepted: 0 to 1');
  assert.equal(await problemText(new Response('gone', { status: 502, statusText: 'Bad Gateway' })),
    'The server answered 502 Bad Gateway.');
});

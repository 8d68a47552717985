import assert from 'node:assert/strict';
import test from 'node:test';
import { FrameStream } from '../../web/frame_stream.js';

const SETTINGS = {
  pipeline: [], accelerator: 'auto', output: { quality: 80 }, delivery: 'latest', window: 2,
};

class StreamUnderTest {
  constructor() {
    this.sent = [];
    this.seen = [];
    this.nowMs = 0;
    const events = {
      onResult: (result) => this.seen.push(`result ${result.frameId}`),
      onSettled: () => this.seen.push('settled'),
      onError: ({ code }) => this.seen.push(`error ${code}`),
    };
    const connection = { send: (message) => this.sent.push(message) };
    this.stream = new FrameStream(connection, SETTINGS, events, () => this.nowMs);
  }

  opened() {
    this.stream.open();
    this.stream.receive({ type: 'stream_opened', stream_id: 1 });
    this.sent = [];
    this.seen = [];
    return this;
  }

  sendFrame() {
    this.stream.send(new Blob(['jpeg']), 1);
  }

  answer(frameId) {
    const view = new DataView(new ArrayBuffer(40));
    view.setUint32(0, 0x31465746, true);
    view.setUint8(4, 2);
    view.setBigUint64(8, BigInt(frameId), true);
    this.stream.receiveFrame(view.buffer);
  }

  types() {
    return this.sent.map(({ type }) => type);
  }
}

test('a stream is not ready before the server opened it', () => {
  const t = new StreamUnderTest();
  t.stream.open();
  assert.equal(t.stream.ready, false);
  assert.deepEqual(t.sent, [{ type: 'open_stream', stream_id: 1, ...SETTINGS }]);
  t.stream.receive({ type: 'stream_opened', stream_id: 1 });
  assert.equal(t.stream.ready, true);
});

test('no more frames than the window are under way', () => {
  const t = new StreamUnderTest().opened();
  t.sendFrame();
  t.sendFrame();
  assert.equal(t.stream.ready, false);
  t.answer(1);
  assert.equal(t.stream.ready, true);
  assert.equal(t.stream.measure().inFlight, 1);
});

test('drops and errors of a frame are answers too', () => {
  const t = new StreamUnderTest().opened();
  t.sendFrame();
  t.sendFrame();
  t.stream.receive({ type: 'dropped', stream_id: 1, frame_ids: [1], reason: 'window_full' });
  t.stream.receive({ type: 'error', stream_id: 1, frame_id: 2, code: 'corrupt_media', detail: 'truncated' });
  assert.deepEqual(t.stream.measure(),
    { fps: 0, latencyMs: undefined, inFlight: 0, queueDepth: 0, dropped: 1 });
  assert.deepEqual(t.seen, ['error corrupt_media']);
});

test('quick changes become one update at a time, and the last one wins', () => {
  const t = new StreamUnderTest().opened();
  for (const quality of [1, 2, 3]) t.stream.update({ ...SETTINGS, output: { quality } });
  assert.deepEqual(t.sent.map(({ output }) => output.quality), [1]);
  t.stream.receive({ type: 'stream_updated', stream_id: 1 });
  assert.deepEqual(t.sent.map(({ output }) => output.quality), [1, 3]);
  assert.deepEqual(t.seen, []);
  t.stream.receive({ type: 'stream_updated', stream_id: 1 });
  assert.deepEqual(t.seen, ['settled']);
});

test('a refused update does not block the next one', () => {
  const t = new StreamUnderTest().opened();
  t.stream.update({ ...SETTINGS, pipeline: [{ filter: 'nonsense' }] });
  t.stream.receive({ type: 'error', stream_id: 1, code: 'unknown_filter', detail: 'nonsense' });
  t.stream.update(SETTINGS);
  assert.deepEqual(t.types(), ['update_stream', 'update_stream']);
});

test('a stream that was refused is opened again by the next change', () => {
  const t = new StreamUnderTest();
  t.stream.open();
  t.stream.receive({ type: 'error', stream_id: 1, code: 'accelerator_unavailable', detail: 'no cuda' });
  t.stream.update(SETTINGS);
  assert.deepEqual(t.types(), ['open_stream', 'open_stream']);
});

test('a lost connection forgets what was under way and opens with the newest settings', () => {
  const t = new StreamUnderTest().opened();
  t.sendFrame();
  t.stream.reset();
  t.stream.update({ ...SETTINGS, window: 5 });
  assert.equal(t.stream.ready, false);
  t.stream.open();
  assert.equal(t.stream.measure().inFlight, 0);
  assert.equal(t.sent.at(-1).window, 5);
});

test('latency counts from sending to the answer', () => {
  const t = new StreamUnderTest().opened();
  t.sendFrame();
  t.nowMs = 40;
  t.answer(1);
  assert.equal(t.stream.measure().latencyMs, 40);
  assert.equal(t.stream.measure().fps, 0.5);
});

test('messages of other streams change nothing', () => {
  const t = new StreamUnderTest().opened();
  t.stream.receive({ type: 'dropped', stream_id: 9, frame_ids: [1] });
  assert.equal(t.stream.measure().dropped, 0);
});

test('a frame is its header and its picture in one message', async () => {
  const t = new StreamUnderTest().opened();
  t.sendFrame();
  const bytes = Buffer.from(await t.sent[0].arrayBuffer());
  assert.equal(bytes.length, 44);
  assert.equal(bytes.toString('latin1', 0, 4), 'FWF1');
  assert.equal(bytes.readBigUInt64LE(8), 1n);
  assert.equal(bytes.toString('latin1', 40), 'jpeg');
});

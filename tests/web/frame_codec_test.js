import assert from 'node:assert/strict';
import test from 'node:test';
import { Encoding, decodeFrame, encodeHeader, encodingOf, mediaTypeOf } from '../../web/frame_codec.js';

const hex = (text) => Uint8Array.from(text.replace(/\s/g, '').match(/../g), (byte) => parseInt(byte, 16));
const toHex = (buffer) => Buffer.from(buffer).toString('hex');

const RESULT = hex(`
  46574631 02 03 00 02  0807060504030201  efcdab8967452301
  80020000 68010000 07000000 15000000
  7b22616363656c657261746f72223a22637075227d
  ffd8ff`);

test('the header of a frame has the golden bytes', () => {
  const header = encodeHeader({
    encoding: Encoding.JPEG, frameId: 0x1020304050607, captureUs: 1700000000123456, streamId: 0xa0b0c0d });
  assert.equal(toHex(header), '46574631' + '01010000' + '0706050403020100' + '40222018240a0600'
    + '00000000' + '00000000' + '0d0c0b0a' + '00000000');
});

test('a result is read field by field', () => {
  const result = decodeFrame(RESULT.buffer);
  assert.equal(result.kind, 2);
  assert.equal(result.encoding, Encoding.WEBP);
  assert.equal(result.flags, 2);
  assert.equal(result.frameId, Number(0x0102030405060708n));
  assert.equal(result.captureUs, Number(0x0123456789abcdefn));
  assert.equal(result.width, 640);
  assert.equal(result.height, 360);
  assert.equal(result.streamId, 7);
  assert.deepEqual(result.metadata, { accelerator: 'cpu' });
  assert.equal(toHex(result.payload), 'ffd8ff');
});

test('every truncation within header and metadata is refused', () => {
  for (let length = 0; length < RESULT.length - 3; length++) {
    assert.throws(() => decodeFrame(RESULT.slice(0, length).buffer), Error, `${length} bytes`);
  }
});

test('another magic is refused', () => {
  const wrong = RESULT.slice();
  wrong[3] = 0x32;
  assert.throws(() => decodeFrame(wrong.buffer), /FWF1/);
});

test('a result without metadata and payload is read', () => {
  const bare = RESULT.slice(0, 40);
  bare[36] = 0;
  const result = decodeFrame(bare.buffer);
  assert.deepEqual(result.metadata, {});
  assert.equal(result.payload.length, 0);
});

test('media types and encodings are each other back', () => {
  for (const type of ['image/jpeg', 'image/png', 'image/webp']) {
    assert.equal(mediaTypeOf(encodingOf(type)), type);
  }
  assert.equal(encodingOf('image/gif'), undefined);
});

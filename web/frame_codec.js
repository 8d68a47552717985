// The binary frame of the WebSocket protocol (docs/websocket.md): a 40-byte header, metadata, payload;
// little-endian.

export const HEADER_BYTES = 40;
export const Kind = Object.freeze({ FRAME: 1, RESULT: 2 });
export const Encoding = Object.freeze({ RAW: 0, JPEG: 1, PNG: 2, WEBP: 3, H264: 4 });

const MAGIC = 0x31465746; // "FWF1" read as a little-endian number.
const MEDIA_TYPES = {
  [Encoding.JPEG]: 'image/jpeg',
  [Encoding.PNG]: 'image/png',
  [Encoding.WEBP]: 'image/webp',
};

/** The media type of an encoding, undefined for those that are no picture file. */
export function mediaTypeOf(encoding) {
  return MEDIA_TYPES[encoding];
}

/** The encoding of a media type, undefined when no frame can carry it. */
export function encodingOf(mediaType) {
  const found = Object.entries(MEDIA_TYPES).find(([, type]) => type === mediaType);
  return found && Number(found[0]);
}

/** The 40 bytes that go before the payload of a frame without metadata. Ids and times are whole numbers. */
export function encodeHeader({ encoding, frameId, captureUs, streamId }) {
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  header.setUint32(0, MAGIC, true);
  header.setUint8(4, Kind.FRAME);
  header.setUint8(5, encoding);
  header.setBigUint64(8, BigInt(frameId), true);
  header.setBigUint64(16, BigInt(captureUs), true);
  header.setUint32(32, streamId, true);
  return header.buffer;
}

/** Reads one binary message. Throws an Error that says what is wrong with it. */
export function decodeFrame(buffer) {
  if (buffer.byteLength < HEADER_BYTES) {
    throw new Error(`a frame has at least ${HEADER_BYTES} bytes, this one has ${buffer.byteLength}`);
  }
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new Error('a frame starts with FWF1');
  const metadataBytes = view.getUint32(36, true);
  const payloadStart = HEADER_BYTES + metadataBytes;
  if (payloadStart > buffer.byteLength) {
    throw new Error(`metadata of ${metadataBytes} bytes reaches beyond the message of ${buffer.byteLength}`);
  }
  return {
    kind: view.getUint8(4),
    encoding: view.getUint8(5),
    pixelFormat: view.getUint8(6),
    flags: view.getUint8(7),
    frameId: Number(view.getBigUint64(8, true)),
    captureUs: Number(view.getBigUint64(16, true)),
    width: view.getUint32(24, true),
    height: view.getUint32(28, true),
    streamId: view.getUint32(32, true),
    metadata: decodeMetadata(new Uint8Array(buffer, HEADER_BYTES, metadataBytes)),
    payload: new Uint8Array(buffer, payloadStart),
  };
}

function decodeMetadata(bytes) {
  return bytes.length === 0 ? {} : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

// The page: wires source -> pump -> stream -> display, and the controls to the stream's settings.

import { errorText, getJson } from './api.js';
import { ClusterView } from './cluster_view.js';
import { Connection } from './connection.js';
import { Display } from './display.js';
import { byId, options } from './elements.js';
import { FramePump } from './frame_pump.js';
import { FrameStream } from './frame_stream.js';
import { Pipeline } from './pipeline.js';
import { PipelineView } from './pipeline_view.js';
import { enableCopying, showShare } from './share_view.js';
import { SourceView } from './source_view.js';
import { StatusView } from './status_view.js';

const METERS_EVERY_MS = 500;

const status = new StatusView();
const pipeline = new Pipeline(applySettings);
const cluster = new ClusterView();
const display = new Display(byId('output'), (result) => status.shown(result), (error) => status.error(error));

const socketUrl = new URL('/ws', location.href);
socketUrl.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
const connection = new Connection(socketUrl, {
  onState: connectionChanged,
  onMessage: (message) => stream.receive(message),
  onFrame: (buffer) => stream.receiveFrame(buffer),
});
const stream = new FrameStream(connection, readSettings(), {
  onResult: (result) => display.show(result),
  onSettled: () => {
    status.clearError();
    pump.resend();
  },
  onError: (error) => status.error(new Error(errorText(error))),
});
const pump = new FramePump(byId('input'), stream, (error) => status.error(error));
const sources = new SourceView(useSource, (error) => status.error(error));
const pipelineView = new PipelineView(pipeline, {
  list: byId('steps'),
  picker: byId('filter'),
  addButton: byId('add'),
  announce: (text) => status.announce(text),
});

async function useSource(source) {
  status.clearError();
  await pump.use(source);
}

function readSettings() {
  return {
    pipeline: pipeline.toJson(),
    accelerator: byId('accelerator').value || 'auto',
    // null: as the frame was sent. Left out, it would stay what it was.
    output: { format: byId('format').value || null, quality: Number(byId('quality').value) },
    delivery: document.querySelector('input[name=delivery]:checked').value,
    window: Number(byId('window').value),
  };
}

function applySettings() {
  const settings = readSettings();
  byId('quality-value').textContent = settings.output.quality;
  byId('window-value').textContent = settings.window;
  showShare(pipeline.toText(), settings);
  stream.update(settings);
}

function applyPace() {
  pump.pace = { framesPerSecond: Number(byId('rate').value), longestSide: Number(byId('side').value) };
}

function setRunning(running) {
  pump.running = running;
  byId('run').textContent = running ? 'Pause' : 'Start';
  status.running = running;
}

async function connectionChanged(state) {
  status.connection(state);
  cluster.running = state.name === 'open';
  if (state.name === 'waiting') stream.reset();
  if (state.name !== 'open') return;
  stream.open();
  try {
    await loadCapabilities();
    await sources.loadLibrary();
  } catch (error) {
    status.error(error);
  }
}

async function loadCapabilities() {
  const { filters } = await getJson('/api/v1/config/processor/status');
  pipelineView.filters = filters;
  const accelerators = [...new Set(filters.flatMap((filter) => filter.supported_accelerators))];
  const chosen = byId('accelerator').value || 'auto';
  byId('accelerator').replaceChildren(...options(['auto', ...accelerators].map((name) => [name, name])));
  byId('accelerator').value = chosen;
}

byId('settings').addEventListener('input', applySettings);
byId('pace').addEventListener('input', applyPace);
byId('run').addEventListener('click', () => setRunning(!pump.running));
window.addEventListener('online', () => connection.connect());
setInterval(() => status.measured(stream.measure()), METERS_EVERY_MS);

enableCopying((text) => status.announce(text));
applyPace();
applySettings();
setRunning(true);
connection.connect();
await sources.start();

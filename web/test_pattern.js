// Draws the moving test pattern: colour bars, a gradient, a turning wheel of text and edges, and a clock.
// Everything depends on `seconds` alone, so the same time gives the same picture.

const BARS = ['#ffffff', '#ffff00', '#00ffff', '#00ff00', '#ff00ff', '#ff0000', '#0000ff', '#000000'];

export function drawTestPattern(context, seconds) {
  const { width, height } = context.canvas;
  drawBars(context, width, height * 0.6);
  drawGradient(context, width, height * 0.6, height * 0.4);
  drawWheel(context, width / 2, height / 2, Math.min(width, height) * 0.32, seconds);
  drawBall(context, width, height, seconds);
  drawClock(context, width, height, seconds);
}

function drawBars(context, width, height) {
  BARS.forEach((colour, index) => {
    const left = Math.floor((index * width) / BARS.length);
    const right = Math.floor(((index + 1) * width) / BARS.length);
    context.fillStyle = colour;
    context.fillRect(left, 0, right - left, Math.ceil(height));
  });
}

function drawGradient(context, width, top, height) {
  const gradient = context.createLinearGradient(0, 0, width, 0);
  gradient.addColorStop(0, '#101218');
  gradient.addColorStop(1, '#f4f5f8');
  context.fillStyle = gradient;
  context.fillRect(0, Math.floor(top), width, Math.ceil(height) + 1);
}

function drawWheel(context, x, y, radius, seconds) {
  const sectors = 12;
  for (let i = 0; i < sectors; i++) {
    const angle = (i / sectors) * 2 * Math.PI + seconds * 0.6;
    context.fillStyle = `hsl(${(i * 360) / sectors} 85% 55%)`;
    context.beginPath();
    context.moveTo(x, y);
    context.arc(x, y, radius, angle, angle + (2 * Math.PI) / sectors);
    context.fill();
  }
  context.fillStyle = '#f4f5f8';
  context.beginPath();
  context.arc(x, y, radius * 0.42, 0, 2 * Math.PI);
  context.fill();
}

function drawBall(context, width, height, seconds) {
  const radius = Math.min(width, height) * 0.05;
  const x = radius + bounce(seconds * 0.23) * (width - 2 * radius);
  const y = radius + bounce(seconds * 0.37) * (height - 2 * radius);
  context.fillStyle = '#12151c';
  context.strokeStyle = '#ffc24b';
  context.lineWidth = Math.max(2, radius / 4);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

function drawClock(context, width, height, seconds) {
  context.fillStyle = '#12151c';
  context.font = `600 ${Math.round(Math.min(width, height) * 0.085)}px ui-monospace, monospace`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText((seconds % 1000).toFixed(1), width / 2, height / 2);
}

/** A triangle wave between 0 and 1. */
function bounce(phase) {
  const part = phase % 2;
  return part < 1 ? part : 2 - part;
}

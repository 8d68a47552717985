// What a person takes elsewhere: the pipeline as text, and the same work as a curl command.

import { byId } from './elements.js';

/** The curl command that does to a file what the page does to its frames. */
export function curlLine(origin, pipelineText, { accelerator, output }) {
  const query = new URLSearchParams({ pipeline: pipelineText });
  if (accelerator !== 'auto') query.set('accelerator', accelerator);
  if (output.format) query.set('format', output.format);
  if (output.format === 'jpeg' || output.format === 'webp') query.set('quality', output.quality);
  const extension = output.format === 'jpeg' || !output.format ? 'jpg' : output.format;
  return `curl -sS --fail-with-body -H 'Content-Type: image/jpeg' --data-binary @input.jpg`
    + ` '${origin}/api/v1/process?${query}' -o output.${extension}`;
}

export function showShare(pipelineText, settings) {
  byId('pipeline-text').value = pipelineText;
  byId('curl-line').value = curlLine(location.origin, pipelineText, settings);
}

export function enableCopying(announce) {
  for (const button of document.querySelectorAll('[data-copy]')) {
    const field = byId(button.dataset.copy);
    button.addEventListener('click', async () => {
      field.select();
      // The clipboard API exists in secure contexts only; elsewhere the text is selected for Ctrl+C.
      if (!navigator.clipboard) return announce('Selected: press Ctrl+C to copy.');
      await navigator.clipboard.writeText(field.value);
      announce('Copied.');
    });
  }
}

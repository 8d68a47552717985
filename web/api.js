// Calls of the REST interface. A failure is an Error whose message a person can read.

export async function getJson(path) {
  const response = await request(path, { headers: { accept: 'application/json' } });
  return response.json();
}

export async function getPicture(path) {
  const response = await request(path, { headers: { accept: 'image/*' } });
  return response.blob();
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error(`The server does not answer (${path}).`);
  }
  if (!response.ok) throw new Error(await problemText(response));
  return response;
}

/** What an application/problem+json answer says, or its status when it is something else. */
export async function problemText(response) {
  const fallback = `The server answered ${response.status} ${response.statusText}.`;
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return fallback;
  return errorText(await response.json());
}

/** A problem document or a WebSocket `error` in words: what is wrong, its code, a line for each field. */
export function errorText({ title, code, detail, errors = [] }) {
  const fields = errors.map(({ field, message }) => `${field}: ${message}`);
  return [`${detail || title} (${code})`, ...fields].join('\n');
}

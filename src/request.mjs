// A request as it crosses into Wasm: its id, its head as one text, its body as bytes
// or as the parts of a form. Decides nothing about it.

import * as rust from '../dist/ringfence.js';

const PATIENCE_BYTES = 64_000_000;

let bodyLimit;
// Counted on from a random start: a random number for each is dear.
let idPrefix;
let idsGiven = 0;

export function requestIdOf(request) {
  const ray = request.headers.get('cf-ray');
  if (ray !== null) return ray;
  idPrefix ??= crypto.randomUUID().slice(0, 24);
  idsGiven += 1;
  return idPrefix + idsGiven.toString(16).padStart(8, '0');
}

// The lines that `head.rs` reads, in its order. Each header, and each look at the URL,
// costs a call into the platform: a read is not asked for what only a write may have.
export function headOf(headers, requestId, method, url, type, withAll) {
  const line = (name) => `${headers.get(name) ?? ''}\n`;
  const head = `${method}\n${url}\n${requestId}\n${line('authorization')}${line('cf-connecting-ip')}`;
  // A client's filter may ask for them as well as a rule.
  const all = withAll || url.includes('request.headers') ? Array.from(headers, ([name, value]) => `\n${name}: ${value}`).join('') : '';
  if (!isRead(method)) return `${head}\n${type}\n${line('if-match')}${line('idempotency-key')}\n${all}`;
  if (!url.includes('/files/')) return `${head}${line('if-none-match')}\n\n\n\n${all}`;
  return `${head}${line('if-none-match')}\n${line('if-match')}\n${line('range')}${headers.get('if-range') ?? ''}${all}`;
}

export const isRead = (method) => method === 'GET' || method === 'HEAD';

export const isForm = (type) => type.toLowerCase().startsWith('multipart/form-data');

// Gives `{bytes}`, `{form}` or `{refusal}`. A form is a list of name, text and, of a
// file, the file itself.
export async function bodyOf(request, type) {
  const bounded = await boundedOf(request, type);
  if (bounded === undefined) return { refusal: rust.Refusal.TooLarge };
  if (!isForm(type)) return { bytes: new Uint8Array(await bounded.arrayBuffer()) };
  try {
    const parts = await bounded.formData();
    const form = [];
    for (const [name, value] of parts) {
      // What a browser sends of a file input where nothing was chosen.
      const isNothing = value.name === '' && value.size === 0;
      if (typeof value === 'string') form.push([name, value, null]);
      else form.push([name, '', isNothing ? null : value]);
    }
    return { form };
  } catch {
    return { refusal: rust.Refusal.BadForm };
  }
}

/** A form as JSON, or undefined when that is too much: a letter may become six. */
export function textOf(form) {
  const text = JSON.stringify(form);
  return text.length > bodyLimit ? undefined : text;
}

// Gives what has the same body, or undefined when there is too much: one that does not
// say how long it is must not fill the memory either. Whoever is still sending does not
// listen, so what is too long is read on for a while, and thrown away.
async function boundedOf(request, type) {
  bodyLimit ??= rust.body_limit();
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) <= bodyLimit) return request;
  const chunks = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > bodyLimit) chunks.length = 0;
    else chunks.push(chunk);
    if (length > PATIENCE_BYTES) break;
  }
  return length > bodyLimit ? undefined : new Response(new Blob(chunks), { headers: { 'content-type': type } });
}

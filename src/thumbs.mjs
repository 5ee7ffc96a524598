// Thumbs of pictures, made by a Wasm module of their own and kept in the bucket. Whose
// they are, and for whom, the app's object has said before anything is done here.

import module from '../dist/thumbs_bg.wasm';
import * as rust from '../dist/thumbs.js';

/** A thumb as `{body, length, type}`, made if there is none yet; null where none can be. */
export async function thumbOf(bucket, { key, of, size }) {
  const found = await bucket.get(key);
  if (found?.size > 0) return { body: found.body, length: found.size, type: found.httpMetadata.contentType };
  if (found !== null) return null;
  const file = await bucket.get(of);
  if (file === null) throw new Error(`the blob ${of} is not in the bucket`);
  const bytes = make(new Uint8Array(await file.arrayBuffer()), size);
  if (bytes === undefined) return null;
  const type = bytes[0] === 0xff ? 'image/jpeg' : 'image/png';
  await keep(bucket, key, of, bytes, type);
  return bytes.length > 0 ? { body: bytes, length: bytes.length, type } : null;
}

// Two at once write the same. Empty says that none can be made, and need not be tried.
// INVARIANT: none is left of a file that was removed while it was made.
async function keep(bucket, key, of, bytes, type) {
  await bucket.put(key, bytes, { httpMetadata: { contentType: type } });
  if ((await bucket.head(of)) === null) await bucket.delete(key);
}

// Gives no bytes for what is no picture, and undefined where memory did not suffice:
// there may be more of it another time.
// INVARIANT: no picture meets what another one left: each has an instance of its own,
// whose memory, which never shrinks, goes with it.
function make(bytes, size) {
  rust.initSync({ module });
  try {
    return rust.thumb(bytes, size) ?? new Uint8Array();
  } catch (error) {
    console.error(JSON.stringify({ level: 'error', cause: `no thumb of a picture: ${error}` }));
    return undefined;
  } finally {
    rust.__wbg_reset_state();
  }
}

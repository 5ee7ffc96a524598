// A server for a runtime test: the built bundle on real workerd, in a folder of
// its own that goes when the test is over.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorkerd } from '../../scripts/workerd.mjs';

export const vars = {
  RINGFENCE_SECRET: 'a secret for tests alone, longer than it must be',
  MASTER_ADMIN_EMAIL: 'admin@example.com',
  MASTER_ADMIN_PASSWORD: 'a password for tests alone',
};

/**
 * Starts a server for the test `t`. Give `folder` to start again on the same state,
 * `start` to start it in another way than plainly.
 */
export async function startServer(t, { folder = temporaryFolder(t), vars: own = {}, start = startWorkerd, ...options } = {}) {
  const server = await start({ folder, vars: { ...vars, ...own }, ...options });
  t.after(() => server.kill());
  return { ...server, folder, send: (method, path, request) => send(server.url, method, path, request) };
}

export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** One request; `json` becomes the body. Gives `{status, headers, body}`, the body read as JSON. */
async function send(url, method, path, { json, body, token, headers = {} } = {}) {
  const response = await fetch(url + path, {
    method,
    body: json === undefined ? body : JSON.stringify(json),
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: token } : {}),
      ...headers,
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
}

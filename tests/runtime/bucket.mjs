// What is in the bucket of a server on miniflare.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

export const keysOf = async ({ bucket }) => (await bucket.list()).objects.map(({ key }) => key);

/** Waits until the bucket holds `count` blobs: what is replaced or removed goes after the reply. */
export async function untilBlobs(server, count) {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await keysOf(server)).length === count) return;
    await sleep(50);
  }
  assert.fail(`there never were ${count} blobs, but ${(await keysOf(server)).length}`);
}

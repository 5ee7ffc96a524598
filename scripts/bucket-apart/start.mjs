// Starts a server whose bucket runs in another process, as the platform places it: for
// the bench of files, and for tests that measure the server's memory.

import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare';
import { inProject } from '../project.mjs';
import { compatibilityDate } from '../workerd-config.mjs';
import { startWorkerd } from '../workerd.mjs';

/** As `startWorkerd`, with a bucket as `FILES`; both keep what they have in `folder`. */
export async function startWithBucketApart({ folder, ...options }) {
  const bucket = await startBucket(join(folder, 'bucket'));
  const starting = startWorkerd({ folder, buckets: { FILES: bucket.address }, ...options });
  const server = await starting.catch(async (error) => {
    await bucket.stop();
    throw error;
  });
  const end = (how) => () => Promise.all([server[how](), bucket.stop()]);
  return { ...server, stop: end('stop'), kill: end('kill') };
}

async function startBucket(folder) {
  const path = join(folder, 'blobs');
  mkdirSync(path, { recursive: true });
  const modules = ['scripts/bucket-apart/there.mjs', 'node_modules/miniflare/dist/src/workers/r2/bucket.worker.js'];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.ERROR),
      // Side by side at the root, as miniflare's modules find their own parts from there only.
      modulesRoot: '/',
      modules: modules.map((file) => ({
        type: 'ESModule',
        path: `/${basename(file)}`,
        contents: readFileSync(inProject(file), 'utf8'),
      })),
      compatibilityDate,
      compatibilityFlags: ['nodejs_compat', 'experimental'],
      durableObjects: { R2BUCKET: { className: 'R2BucketObject', useSQLite: true } },
      serviceBindings: { MINIFLARE_BLOBS: { disk: { path, writable: true } } },
      // Past the server that miniflare puts in front.
      unsafeDirectSockets: [{}],
      resourcePersistencePath: folder,
    }),
  );
  await miniflare.ready;
  const { host: address } = await miniflare.unsafeGetDirectURL();
  return { address, stop: () => miniflare.dispose() };
}

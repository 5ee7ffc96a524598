// Starts the bundle in miniflare, which has a bucket: plain workerd has none. For
// tests; the objects' state and the bucket lie in `folder`. Memory is measured with the
// bucket in another process: bucket-apart.

import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare';
import { root } from './project.mjs';
import { bindingName, bundle, compatibilityDate, objectClasses } from './workerd-config.mjs';

const kinds = { esModule: 'ESModule', wasm: 'CompiledWasm' };

/**
 * Serves the bundle with its state in `folder` and gives `{url, bucket, stop, kill}`:
 * `bucket` is the R2 bucket that the worker has as `FILES`; `kill` is no different here.
 */
export async function startMiniflare({ folder, vars = {} }) {
  const options = convertV4MiniflareOptions({
    log: new Log(LogLevel.ERROR),
    modulesRoot: root,
    modules: bundle().map(({ kind, file }) => ({ type: kinds[kind], path: file })),
    compatibilityDate,
    bindings: vars,
    durableObjects: Object.fromEntries(
      objectClasses.map((className) => [bindingName(className), { className, useSQLite: true }]),
    ),
    r2Buckets: { FILES: 'ringfence-files' },
    resourcePersistencePath: folder,
  });
  const miniflare = new Miniflare(options);
  const url = (await miniflare.ready).href.replace(/\/$/, '');
  return {
    url,
    bucket: await miniflare.getR2Bucket('FILES'),
    stop: () => miniflare.dispose(),
    kill: () => miniflare.dispose(),
  };
}

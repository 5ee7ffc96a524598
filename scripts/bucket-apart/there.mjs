// The process of the bucket: miniflare's own simulation of R2, asked by the protocol
// that workerd speaks to a bucket. It keeps bytes in memory on their way to the disk,
// which must not count as the server's.

export { R2BucketObject } from './bucket.worker.js';

const name = 'ringfence-files';

export default {
  fetch: (request, env) => env.R2BUCKET.getByName(name).fetch(request, { cf: { miniflare: { name } } }),
};

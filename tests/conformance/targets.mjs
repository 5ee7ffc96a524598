// What the scenarios run against: our bundle on workerd, or a real PocketBase.

import { startMiniflare } from '../../scripts/miniflare.mjs';
import { startServer, vars } from '../runtime/server.mjs';
import { startReference } from './reference/server.mjs';

const admin = { email: vars.MASTER_ADMIN_EMAIL, password: vars.MASTER_ADMIN_PASSWORD };

/** Our server with a bucket, for as long as the test `t` lasts. */
export async function ringfence(t) {
  const server = await startServer(t, { start: startMiniflare });
  return target('ringfence', server.url);
}

/** PocketBase, for as long as the test `t` lasts. */
export async function pocketbase(t) {
  const server = await startReference(admin);
  t.after(server.stop);
  return target('pocketbase', server.url);
}

function target(name, url) {
  return {
    name,
    url,
    async admin(sdk) {
      const pb = new sdk.default(url).autoCancellation(false);
      await pb.collection('_superusers').authWithPassword(admin.email, admin.password);
      return pb;
    },
  };
}

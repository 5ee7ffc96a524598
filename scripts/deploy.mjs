// `npm run deploy`: the set-up, the bundle, and then `wrangler deploy` of it.

import { buildBundle } from './build.mjs';
import { node, wrangler } from './project.mjs';
import { setUp } from './setup.mjs';
import { main, run } from './terminal.mjs';

const help = `Usage: npm run deploy -- [FLAG…]

Builds and deploys to Cloudflare. Flags go on to \`wrangler deploy\`, such as
--dry-run --outdir DIR. Once, before the first request, set the secrets:
  npx wrangler secret put RINGFENCE_SECRET
  npx wrangler secret put MASTER_ADMIN_EMAIL
  npx wrangler secret put MASTER_ADMIN_PASSWORD`;

await main(help, async (flags) => {
  await setUp();
  await buildBundle();
  await run(node, [wrangler, 'deploy', ...flags], { env: { WRANGLER_SEND_METRICS: 'false' } });
});

// `npm start`: the set-up, the bundle, and then `wrangler dev` on it.

import { buildBundle } from './build.mjs';
import { varsFromEnvironment, writeDevVars } from './dev-vars.mjs';
import { node, wrangler } from './project.mjs';
import { setUp } from './setup.mjs';
import { main, run } from './terminal.mjs';

const help = `Usage: npm start -- [FLAG…]

Installs what is missing, builds, and serves the default app on http://localhost:8787.
Flags go on to \`wrangler dev\`, among them:
  --port N           another port
  --persist-to DIR   where the objects keep their state (default .wrangler/state)
  --var K:V          a variable; wins over the environment and .dev.vars`;

await main(help, async (flags) => {
  await setUp();
  writeDevVars();
  await buildBundle();
  await run(node, [wrangler, 'dev', ...varsFromEnvironment(), ...flags], {
    env: { WRANGLER_SEND_METRICS: 'false' },
  });
});

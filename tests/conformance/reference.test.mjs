// The scenarios against a real PocketBase, so that what they expect is never only
// what we believe. Skipped where its binary is not installed; this installs it:
// `npm run conformance -- --reference`.

import { test } from 'node:test';
import { referenceIsInstalled } from './reference/server.mjs';
import { runScenario } from './scenario.mjs';
import { scenarios } from './scenarios/index.mjs';
import { pocketbase } from './targets.mjs';

test('PocketBase itself', { skip: !referenceIsInstalled() && 'PocketBase is not installed' }, async (t) => {
  const target = await pocketbase(t);
  for (const scenario of scenarios) await t.test(scenario.name, () => runScenario(target, scenario));
});

// The scenarios against our own server, the built bundle on workerd; and whether
// docs/pocketbase-client.md tells the truth about them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as sdk from 'pocketbase';
import { differences } from './differences.mjs';
import { page, place } from './document.mjs';
import { declaredMethods } from './recording.mjs';
import { rows } from './rows.mjs';
import { askedDifferences, contextOf, refusal, runScenario } from './scenario.mjs';
import { scenarios } from './scenarios/index.mjs';
import { ringfence } from './targets.mjs';

test('our server', async (t) => {
  const target = await ringfence(t);
  const called = new Map();
  for (const scenario of scenarios) {
    await t.test(scenario.name, async () => called.set(scenario.name, await runScenario(target, scenario)));
  }

  await t.test('a method that is served is called by its scenario', () => {
    for (const [method, { state, scenario }] of Object.entries(rows)) {
      if (state === 'served') assert.ok(called.get(scenario)?.has(method), `${method} by "${scenario}"`);
    }
  });

  await t.test('an app is the same at its longer address', async () => {
    const addressed = { ...target, url: `${target.url}/api/realms/default/apps/default` };
    const names = ['signing in fills the store', 'pages', 'a relation of a relation is expanded', 'a batch writes all', 'addresses'];
    for (const scenario of scenarios.filter(({ name }) => names.includes(name))) await runScenario(addressed, scenario);
  });

  await t.test('a method that is not served is refused, also to administrators', async () => {
    const admin = await target.admin(sdk);
    const ada = await contextOf({ target, sdk }).person();
    for (const [method, { state, call }] of Object.entries(rows)) {
      if (state === 'served') continue;
      for (const pb of [admin, ada]) {
        const { status, response } = await refusal(call(pb));
        assert.ok([403, 404, 405].includes(status), `${method}: ${status} ${JSON.stringify(response)}`);
      }
    }
  });

  await t.test('every difference is asked for by a scenario', () => {
    assert.deepEqual([...askedDifferences].sort(), Object.keys(differences).sort());
  });
});

test('every public method of the installed client has a row', () => {
  assert.deepEqual(Object.keys(rows).sort(), declaredMethods());
});

test('docs/pocketbase-client.md says what the rows say', () => {
  assert.equal(readFileSync(place, 'utf8'), page(), 'run node tests/conformance/document.mjs');
});

// What a scenario is and what it gets to work with. A scenario is written once,
// against the official client, and runs on every target; where targets differ on
// purpose it asks `differs` for what this one gives (differences.mjs).

import assert from 'node:assert/strict';
import { differences } from './differences.mjs';
import { recordCalls } from './recording.mjs';

export const PASSWORD = 'correct horse battery';

/** Every scenario in the order they were declared. */
export const scenarios = [];

/** Declares one; `run` gets what `contextOf` gives. */
export function scenario(name, run) {
  assert.ok(scenarios.every((other) => other.name !== name), `two scenarios are called "${name}"`);
  scenarios.push({ name, run });
}

/** Which differences the scenarios of this process asked for. */
export const askedDifferences = new Set();

/** What a scenario gets: `sdk` is the client's module, recorded; `people` are signed in. */
export function contextOf({ target, sdk }) {
  let count = 0;
  const unique = () => `${process.hrtime.bigint().toString(36)}${(count += 1)}`;
  const connect = () => new sdk.default(target.url).autoCancellation(false);
  const context = {
    sdk,
    target: target.name,
    url: target.url,
    unique,
    connect,
    /** A client without an account. */
    anonymous: connect,
    /** The client of the administrator, who bypasses rules. */
    admin: () => target.admin(sdk),
    /** Somebody who registered and signed in: a client, with `me` as their id. */
    async person(name = 'Ada', more = {}) {
      const email = `${name.toLowerCase()}-${unique()}@example.com`;
      const pb = connect();
      const account = { name, email, password: PASSWORD, passwordConfirm: PASSWORD, ...more };
      await pb.collection('users').create(account);
      await pb.collection('users').authWithPassword(email, PASSWORD);
      return Object.assign(pb, { me: pb.authStore.record.id, email });
    },
    /** What this target gives where the two differ on purpose. */
    differs(name) {
      askedDifferences.add(name);
      const difference = differences[name];
      assert.ok(difference, `differences.mjs has no "${name}"`);
      return difference[target.name];
    },
    /** A team that `owner` owns, with a project; `members` are `[client, role]`. */
    async team(owner, ...members) {
      const team = await owner.collection('teams').create({ name: 'Web', slug: `web-${unique()}`, owner: owner.me });
      for (const [pb, role] of [[owner, 'owner'], ...members]) {
        await owner.collection('memberships').create({ user: pb.me, team: team.id, role });
      }
      const project = await owner.collection('projects').create({ title: 'Shop', team: team.id });
      return { team, project };
    },
  };
  return context;
}

/** Runs one scenario on a target and gives the methods of the client that it called. */
export async function runScenario(target, { run }) {
  const { sdk, calls, restore } = await recordCalls();
  try {
    await run(contextOf({ target, sdk }));
  } finally {
    restore();
  }
  return calls;
}

/** What a call is refused with; fails when it is not refused. */
export async function refusal(promise) {
  const error = await promise.then(
    (value) => assert.fail(`was not refused: ${JSON.stringify(value)}`),
    (reason) => reason,
  );
  assert.equal(error?.name?.startsWith('ClientResponseError'), true, String(error?.stack ?? error));
  return error;
}

/** The codes of the fields that an error names. */
export const fieldCodes = (error) =>
  Object.fromEntries(Object.entries(error.response.data).map(([field, { code }]) => [field, code]));

// `ringfence types --url`: the types of an app that runs are those of its files, and
// what hinders somebody says how to go on.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from 'ringfence';
import { failure, startDouble } from './double.js';
import { startServer } from './server.js';

const folder = fileURLToPath(new URL('../../', import.meta.url));
const admin = { MASTER_ADMIN_EMAIL: 'admin@example.com', MASTER_ADMIN_PASSWORD: 'a password for tests alone' };
const nobody = { MASTER_ADMIN_EMAIL: '', MASTER_ADMIN_PASSWORD: '' };
let url = '';

before(async () => {
  ({ url } = await startServer());
});

async function types(env: Record<string, string>, ...args: string[]): Promise<{ code: number; output: string }> {
  const options = { cwd: folder, env: { ...process.env, ...nobody, ...env } };
  return promisify(execFile)(process.execPath, [join(folder, 'dist/cli.js'), 'types', ...args], options).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
}

async function adminToken(): Promise<string> {
  const body = { identity: admin.MASTER_ADMIN_EMAIL, password: admin.MASTER_ADMIN_PASSWORD };
  const path = '/collections/_superusers/auth-with-password';
  return (await createClient(url).send<{ token: string }>('POST', path, { body })).body.token;
}

test('the types of a live app are those of its files, byte for byte', async () => {
  const declared = await types({}, '--schema', '../schema', '--rules', '../rules');
  assert.match(declared.output, /export type Schema/);
  assert.deepEqual(await types(admin, '--url', url), declared);
  assert.deepEqual(await types(admin, '--url', `${url}/`, '--realm', 'default', '--app', 'default'), declared);
  const token = await adminToken();
  assert.deepEqual(await types({ RINGFENCE_TOKEN: token }, '--url', url), declared);
  assert.deepEqual(await types({}, '--url', url, '--token', token), declared);
});

test('every type of field comes through: the blog as the server tells it', async () => {
  // The server's own tests hold this fixture to what it really answers.
  const told = JSON.parse(readFileSync(join(folder, 'tests/fixtures/blog/collections.json'), 'utf8')) as { items: object[] };
  const all = told.items;
  const double = await startDouble(({ path }) => {
    const { searchParams } = new URL(path, 'http://double');
    const page = Number(searchParams.get('page'));
    return { json: { ...told, page, perPage: 2, items: all.slice(2 * (page - 1), 2 * page) } };
  });
  const { output } = await types({}, '--url', double.url, '--token', 't', '--out', 'tests/fixtures/blog/types.ts', '--check');
  assert.equal(output, '');
  assert.equal(double.seen.length, Math.floor(all.length / 2) + 1);
});

test('what hinders is said in words', async () => {
  const ann = createClient(url);
  await ann.auth.signUp({ email: 'ann@example.com', password: 'a long password', name: 'Ann' });
  const limited = await startDouble(() => failure(429, 'rate_limited', { 'retry-after': '3600' }));
  const page = await startDouble(() => ({ text: '<html>' }));
  for (const [env, args, expected] of [
    [{}, ['--url', url], /administrators alone[\s\S]*MASTER_ADMIN_EMAIL[\s\S]*RINGFENCE_TOKEN/],
    [{ ...admin, MASTER_ADMIN_PASSWORD: 'wrong' }, ['--url', url], /are not those of an administrator/],
    [{}, ['--url', url, '--token', ann.auth.token ?? ''], /not an administrator's/],
    [{}, ['--url', url, '--token', 'a.b.c'], /does not hold there any more/],
    [admin, ['--url', url, '--realm', 'no', '--app', 'no'], /no realm|There is no/],
    [admin, ['--url', 'http://127.0.0.1:9'], /cannot be reached/],
    [admin, ['--url', 'localhost:8787'], /is no address/],
    [admin, ['--url', url, '--realm', 'acme'], /both --realm and --app/],
    [admin, ['--url', url, '--schema', 'x'], /one of them/],
    [{}, ['--token', 'x'], /name it with --url/],
    [{}, ['--url', limited.url, '--token', 't'], /This is rate_limited/],
    [{}, ['--url', page.url, '--token', 't'], /not JSON/],
  ] as const) {
    const { code, output } = await types(env, ...args);
    assert.equal(code, 1, output);
    assert.match(output, expected);
    assert.doesNotMatch(output, /at .*\.js:\d+/);
  }
});

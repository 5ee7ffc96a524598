// `ringfence check` finds what the build of the server finds, where it is.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('../../', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'ringfence-check-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

async function check(cwd: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const ran = promisify(execFile)(process.execPath, [join(folder, 'dist/cli.js'), 'check', ...args], { cwd });
  return ran.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
}

function appOf(schema: string, rules: string): string {
  const path = mkdtempSync(join(temporary, 'app-'));
  for (const [name, text] of [['schema', schema], ['rules', rules]] as const) {
    mkdirSync(join(path, name));
    writeFileSync(join(path, name, 'notes.toml'), text);
  }
  return path;
}

const schema = '[fields.title]\ntype = "text"\n';

test('an app without mistakes passes, whoever wrote it', async () => {
  assert.deepEqual(await check(folder, '--schema', '../schema', '--rules', '../rules'), {
    code: 0,
    output: 'nothing is wrong with 7 collections\n',
  });
  const module = join(folder, '.build/tests/fixtures/declared/app.js');
  await promisify(execFile)(process.execPath, [join(folder, 'dist/cli.js'), 'declare', module], { cwd: temporary });
  assert.equal((await check(temporary)).code, 0);
});

test('a mistake is shown in its line, with what to do', async () => {
  const { code, output } = await check(appOf(schema, '# who sees it\nread = "titel = \'x\'"\n'));
  assert.equal(code, 1);
  assert.match(output, /rules\/notes\.toml:2:9: .*titel/);
  assert.match(output, / {2}2 \| read = "titel = 'x'"\n {14}\^\n {2}hint: .*title/);
  assert.match(output, /1 wrong\n$/);
});

test('all mistakes are told at once, as JSON for programs', async () => {
  const app = appOf('[fields.a]\ntype = "txt"\n\n[fields.b]\ntype = "number"\nmin = 2\nmax = 1\n', '');
  const { code, output } = await check(app, '--json');
  assert.equal(code, 1);
  const found = JSON.parse(output) as { path: string; line: number }[];
  assert.deepEqual(found.map(({ path, line }) => `${path}:${line}`), ['schema/notes.toml:2', 'schema/notes.toml:7']);
});

for (const [what, rule] of [
  ['a type that does not fit', "read = 'title = 3'"],
  ['an operation that there is not', "raed = 'true'"],
  ['a rule that does not parse', "read = 'title = '"],
  ['a collection that there is not', "read = 'title IN (SELECT a FROM b)'"],
] as const) {
  test(`${what} is found`, async () => {
    const { code, output } = await check(appOf(schema, `${rule}\n`));
    assert.equal(code, 1, output);
    assert.match(output, /rules\/notes\.toml:1:\d+: /);
  });
}

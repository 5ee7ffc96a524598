// The package as people install it, in a folder of its own: one program in Node, Deno
// and Bun (workerd is in worker.test, Chromium in tests/browser), the command line in
// the oldest Node, and the type checker at its strictest.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from './server.js';

const inPackage = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const importFrom = async <T>(path: string): Promise<T> => (await import(pathToFileURL(inPackage(path)).href)) as T;
const folder = mkdtempSync(join(tmpdir(), 'ringfence-user-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program in the user's folder; one that does not end by itself is a failure. */
async function start(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, timeout: 120_000 });
  return stdout;
}

interface Program {
  expected: object;
}

before(async () => {
  await start('npm', 'pack', inPackage('.'), '--silent', '--ignore-scripts');
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "type": "module", "private": true }');
  await start('npm', 'install', '--offline', '--silent', './ringfence-0.1.0.tgz');
  copyFileSync(inPackage('tests/program.mjs'), join(folder, 'program.mjs'));
  const main = `import { run } from './program.mjs';\nconsole.log(JSON.stringify(await run(process.argv[2])));\n`;
  writeFileSync(join(folder, 'main.mjs'), main);
});

test('one program, and the same comes out in Node, Deno and Bun', async (t) => {
  const { expected } = await importFrom<Program>('tests/program.mjs');
  const { findRuntimes } = await importFrom<{ findRuntimes: () => Promise<Record<string, string[]>> }>('scripts/runtimes.mjs');
  const own = `Node ${process.versions.node.split('.')[0]}`;
  for (const [name, [program = '', ...words]] of Object.entries({ ...(await findRuntimes()), [own]: [process.execPath] })) {
    await t.test(name, async () => {
      const { url } = await startServer();
      assert.deepEqual(JSON.parse(await start(program, ...words, 'main.mjs', url)), expected);
    });
  }
});

test('the command line runs in Node 20', async () => {
  const { findRuntimes } = await importFrom<{ findRuntimes: () => Promise<Record<string, string[]>> }>('scripts/runtimes.mjs');
  const [node20 = ''] = (await findRuntimes())['Node 20'] ?? [];
  const ringfence = (...args: string[]) => start(node20, join(folder, 'node_modules', 'ringfence', 'dist', 'cli.js'), ...args);
  const blog = ['--schema', inPackage('tests/fixtures/blog/schema'), '--rules', inPackage('tests/fixtures/blog/rules')];
  assert.match(await ringfence('check', ...blog), /nothing is wrong/);
  await ringfence('types', ...blog, '--out', 'schema.ts');
  const declared = `import { collection, defineSchema, text } from 'ringfence/declare';
    export const schema = defineSchema({ notes: collection({ title: text({ required: true }) }) });`;
  writeFileSync(join(folder, 'declared.js'), declared);
  assert.match(await ringfence('declare', 'declared.js'), /wrote schema[/\\]notes\.toml/);
});

test('the types hold in the strictest projects, of pages and of Node alike', async () => {
  const program = `import { createClient, type Client } from 'ringfence';
    import { fileUrl } from 'ringfence/files';
    import type { Schema } from './schema.ts';
    export const client: Client<Schema> = createClient<Schema>('http://localhost:8787');
    const [post] = await client.collection('posts').expand('author').all();
    export const name: string | undefined = post?.expand?.author?.name;
    export const cover: string | undefined = post && fileUrl(client, post, post.cover);`;
  writeFileSync(join(folder, 'user.ts'), program);
  const flags = '--strict --noEmit --target ES2022 --exactOptionalPropertyTypes --noUncheckedIndexedAccess --verbatimModuleSyntax --allowImportingTsExtensions';
  const types = ['--typeRoots', inPackage('node_modules/@types'), '--types', 'node'];
  for (const project of [
    ['--module', 'ESNext', '--moduleResolution', 'bundler', '--lib', 'ES2022,DOM'],
    ['--module', 'NodeNext', '--moduleResolution', 'NodeNext', '--lib', 'ES2022', ...types],
  ]) {
    const tsc = start(process.execPath, inPackage('node_modules/typescript/bin/tsc'), 'user.ts', ...flags.split(' '), ...project);
    await tsc.catch((error: { stdout: string }) => assert.fail(error.stdout));
  }
});

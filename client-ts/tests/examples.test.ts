// Every example of the documentation runs against the real server and prints what
// it says that it prints.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { createClient } from 'ringfence';
import { startServerWithBucket } from './server.js';

const sources = fileURLToPath(new URL('../../.examples/', import.meta.url));
const compiled = fileURLToPath(new URL('../.examples/', import.meta.url));
const names = readdirSync(sources).map((name) => name.replace(/\.ts$/, ''));

before(async () => {
  const { url } = await startServerWithBucket();
  process.env['RINGFENCE_EXAMPLES'] = url;
  await createClient(url).auth.signUp({ email: 'ann@example.com', password: 'a long password', name: 'Ann' });
});

/** What a program prints. */
async function printed(path: string): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => void lines.push(format(...values));
  try {
    await import(pathToFileURL(path).href);
  } finally {
    console.log = log;
  }
  return lines;
}

test('there are examples', () => assert.ok(names.length > 40));

for (const name of names) {
  test(`the example ${name} does what it says`, async () => {
    const source = readFileSync(`${sources}${name}.ts`, 'utf8');
    const promised = [...source.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text = '']) => text);
    const lines = await printed(`${compiled}${name}.js`);
    let at = 0;
    for (const line of lines) if (line === promised[at]) at += 1;
    assert.equal(at, promised.length, `expected ${JSON.stringify(promised[at])} in\n${lines.join('\n')}`);
  });
}

// The closed lists of the client and of the server are the same.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fieldCodes, serverCodes } from 'ringfence';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

test('the codes are those of the server', () => {
  const [, body = ''] = /pub enum Code \{([\s\S]*?)\n\}/.exec(read('src/error.rs')) ?? [];
  const variants = [...body.matchAll(/^ {4}([A-Z]\w+),$/gm)].map(([, name = '']) => name);
  const snake = variants.map((name) => name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase());
  assert.ok(snake.length > 10);
  assert.deepEqual([...serverCodes].sort(), snake.sort());
});

test('the codes of fields are those of the schema, and what the database and passwords add', () => {
  const [, body = ''] = /fn as_str\(self\)[\s\S]*?match self \{([\s\S]*?)\n {8}\}/.exec(read('crates/schema/src/validate/error.rs')) ?? [];
  const words = [...body.matchAll(/=> "(\w+)"/g)].map(([, word = '']) => word);
  assert.ok(words.length > 10);
  const added = { unique: 'src/store/mod.rs', missing_record: 'src/app/records/relations.rs', mismatch: 'src/app/users/password.rs' };
  for (const [code, path] of Object.entries(added)) assert.ok(read(path).includes(`"${code}"`), `${path} has no ${code}`);
  assert.deepEqual([...fieldCodes].sort(), [...words, ...Object.keys(added)].sort());
});

// Values in filters stay values.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, any, createClient, filter, not, rawFilter } from 'ringfence';

test('every kind of value is written as the language has it', () => {
  for (const [built, text] of [
    [filter`a = ${'x'}`, 'a = "x"'],
    [filter`a = ${'say "hi"'}`, 'a = "say \\"hi\\""'],
    [filter`a = ${"it's \\ so"}`, 'a = "it\'s \\ so"'],
    [filter`a = ${-1.5} && b = ${true} && c = ${null}`, 'a = -1.5 && b = true && c = null'],
    [filter`a < ${new Date(0)}`, 'a < "1970-01-01 00:00:00.000Z"'],
    [filter`a IN ${['x', 2]}`, 'a IN ("x", 2)'],
    [filter`${filter`a = ${1}`} || b = ${2}`, '(a = 1) || b = 2'],
    [filter`plain = 1`, 'plain = 1'],
    [any(rawFilter('a'), rawFilter('b')), '(a) || (b)'],
    [all(rawFilter('a || b'), rawFilter('c')), '(a || b) && (c)'],
    [not(rawFilter('a || b')), '!(a || b)'],
    [any(), 'false'],
    [all(), 'true'],
  ] as const) {
    assert.equal(built.text, text);
  }
});

// A text ends at a quote that no backslash stands before. One that ends with a
// backslash would take the closing quote along and let the next value be a rule.
test('a value that could end its own string is refused', () => {
  assert.throws(() => filter`a = ${'x\\'} && b = ${' || 1=1 //'}`, /backslash/);
  assert.throws(() => filter`a = ${'x\0'}`, /U\+0000/);
});

test('values that mean nothing are refused', () => {
  for (const value of [undefined, NaN, Infinity, 2 ** 53, {}, Symbol('x'), () => 1, new Date(NaN)]) {
    assert.throws(() => filter`a = ${value as never}`, TypeError);
  }
  assert.throws(() => filter`a IN ${[]}`, /empty list/);
});

test('names and operators are checked even where types were cast away', () => {
  const posts = createClient('http://127.0.0.1:9').collection('posts');
  for (const path of ['a = 1 || b', 'a b', '', 'a.', '1a', 'a"', 'a//']) {
    assert.throws(() => posts.where(path, '=', 1), TypeError, path);
  }
  assert.throws(() => posts.where('a', '= 1 ||' as never, 1 as never), TypeError);
  assert.throws(() => posts.where({ 'a = 1 || b': 1 }), TypeError);
});

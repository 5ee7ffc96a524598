// Values in filters stay values.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, any, createClient, filter, not, rawFilter } from 'ringfence';
import { loadRules } from 'ringfence/rules';

test('every kind of value is written as the language has it', () => {
  for (const [built, text] of [
    [filter`a = ${'x'}`, 'a = "x"'],
    [filter`a = ${'say "hi"'}`, 'a = "say \\"hi\\""'],
    [filter`a = ${"it's \\ so"}`, 'a = "it\'s \\\\ so"'],
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

// A backslash before a quote once let a value end its own string, and the rest of it
// be a condition.
test('a value is one literal in the language itself, whatever is in it', async () => {
  const { parse } = await loadRules();
  for (const value of ['x\\', '\\" || 1=1 // ', '\\\\" || 1=1 // ', '" || ""="', '\\n', 'a\nb\t\u0001', "it's", '%_\\%', '😀é/', '\\u0041']) {
    const tree = parse(filter`a = ${value} && b = ${' || 1=1 //'}`.text);
    const term = tree.kind === 'and' ? tree.terms[0] : undefined;
    assert.ok(term?.kind === 'compare' && term.right.kind === 'literal', value);
    assert.equal(term.right.value, value);
  }
});

test('a text that the language cannot hold is refused', () => {
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

// The scenarios that our own client can play too, against our server.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnClient } from './own-client.mjs';
import { contextOf } from './scenario.mjs';
import { scenarios } from './scenarios/index.mjs';
import { ringfence } from './targets.mjs';

const shared = new Set([
  'a created record comes back whole',
  'what was not set has the zero value of its type',
  'a record may bring its id',
  'an update changes what it names',
  'system fields are not the client\'s to write',
  'a deleted record is gone',
  'modifiers change a value from what is stored',
  'dates are taken in the forms people write and given in one',
  'text that is no date is',
  'a number sent as text in JSON',
  'an unknown field',
  'every field that is wrong is named',
  'text outside its bounds is refused',
  'what must be unique is',
  'a pair that must be unique is',
  'pages',
  'order',
  'an order that there is not',
  'a list holds what its caller may see, and counts nothing else',
  'a collection that there is not',
  'comparisons',
  'the like operator',
  'and, or, parentheses, spaces, comments',
  'strings keep their quotes',
  'moments',
  'modifiers of a filter',
  'paths over relations',
  'a filter that does not parse is refused',
  'a comparison of types that cannot be equal',
  'a filter that asks who is calling',
  'a relation is expanded',
  'a relation of a relation is expanded',
  'what points to a record is expanded',
  'lists, creates and updates expand as well',
  'an unset relation has nothing to expand',
  'a relation that the caller may not see is not expanded',
  'an expand that there is not',
  'a create that the rule refuses',
  'an update of a record that is seen but not one\'s own',
  'a write to a record that is not seen',
  'an update that the rule refuses for what it would make',
  'an operation that has no rule is refused to everybody',
  'a batch writes all',
  'an upsert creates, then updates',
  'a later part of a batch sees an earlier one',
  'a wrong password and an unknown address are told alike',
  'a form is as good as JSON',
  'a form may carry JSON beside its fields',
  'an empty list',
  'a collection goes by its id too',
  'comparisons of numbers',
  'letters beyond ASCII',
  'a filter that is too long, an order by too much',
  'a filter by what nobody may read',
  'only the fields that are asked for',
  'an excerpt of a long text',
  'an email address is shown to its owner, and to others where it is meant to be',
  'an error without fields has empty data',
  'a field that is not the caller\'s to change',
  'a record that is larger than a body may be',
  'an email address signs in however it is written',
  'signing in with nothing',
  'nobody signs in to a collection without accounts',
  'what a registration needs',
  'nobody registers as more than they may be',
  'an email address is not simply changed',
  'a file comes with a record and opens with a token',
  'a file is saved under a name when it is asked for',
  'another file takes the place of the first, and null takes it away',
  'a list of files grows and shrinks',
  'a name alone brings no file',
  'a file that is too large',
  'a batch brings files',
  'a relation leads to a record that is there',
  'what belongs to a deleted record goes with it',
  'what a required relation still names cannot be deleted',
]);

test('our client', async (t) => {
  const target = await ringfence(t);
  const played = scenarios.filter(({ name }) => shared.has(name));
  assert.equal(played.length, shared.size, 'a name in the list is no scenario');
  for (const { name, run } of played) {
    await t.test(name, () => run(contextOf({ target, sdk: { default: OwnClient } })));
  }
});

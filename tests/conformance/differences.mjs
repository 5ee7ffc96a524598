// Where our server answers otherwise than PocketBase, and means it. A scenario asks
// for one by its name and asserts what each of the two gives; `docs/pocketbase-client.md`
// lists them with the reason. `says` is what a reader sees there in place of a value.

export const differences = {
  'who made a record': {
    pocketbase: [],
    ringfence: ['created_by', 'updated_by'],
    says: ['fields of your own, filled by a hook', '`created_by` and `updated_by` on every record'],
    because: 'Rules ask who made a record so often that every collection knows it.',
  },
  'a number that may be absent': {
    pocketbase: 0,
    ringfence: null,
    says: ['0', 'null, for a field that is declared `nullable`'],
    because: '"Nobody has estimated it" is not 0. A field that is not `nullable` has its zero value in both.',
  },
  'an id of one\'s own': {
    pocketbase: ['abcdefghij00001'],
    ringfence: ['abcdefghij00001', 'short', 'Upper-and_more', '3f2c8a52-9d4e-4b7a-8f6e-0c1d2e3f4a5b'],
    says: ['15 of a–z and 0–9', '1 to 64 letters, digits, `_` or `-`'],
    because: 'Data that come from elsewhere keep their ids, UUIDs among them.',
  },
  'a field that cannot be written': {
    pocketbase: [200, false, 'notes'],
    ringfence: [400, ['created']],
    says: ['ignored', '400 that names the field'],
    because: 'What has no effect is a mistake that somebody wants to know of. `collectionId`, `collectionName` and `expand` are ignored in both, so that a record that was read can be sent back.',
  },
  'an unknown field': {
    pocketbase: [200, false],
    ringfence: [400, ['titel']],
    says: ['ignored', '400 with the nearest right name'],
    because: 'A typo must not lose what somebody wrote.',
  },
  'a value of the wrong type': {
    pocketbase: [200, ''],
    ringfence: [400, ['remind']],
    says: ['the zero value is stored', '400 that names the field'],
    because: 'As above: "soon" is no date, and storing nothing in its place loses it.',
  },
  'a number sent as text': {
    pocketbase: [200, 5],
    ringfence: [400, ['estimate']],
    says: ['converted', '400 that names the field; in a form, where all is text, it is converted'],
    because: 'JSON has types, and what is read back is what was sent.',
  },
  'the codes of fields': {
    pocketbase: {
      title: 'validation_required',
      estimate: 'validation_max_number_constraint',
      status: 'validation_invalid_value',
      tags: 'validation_too_many_values',
    },
    ringfence: { title: 'required', estimate: 'max', status: 'not_in_list', tags: 'too_many' },
    says: ['`validation_required` …', '`required` … of a closed list'],
    because: 'The list is closed and typed in our client, so that a program can handle every case.',
  },
  'a deletion that a reference restricts': {
    pocketbase: 400,
    ringfence: 409,
    says: ['400', '409 `conflict`'],
    because: 'The request is right; what is stored stands against it.',
  },
  'an unknown query parameter': {
    pocketbase: 200,
    ringfence: 400,
    says: ['ignored', '400 with the nearest right name'],
    because: 'A misspelt `filter` must not give every record.',
  },
  'a filter that compares types that cannot be equal': {
    pocketbase: [200, 0],
    ringfence: 400,
    says: ['finds nothing', '400 with the place'],
    because: 'It can never hold, so it is a mistake.',
  },
  'the like operator on a list': {
    pocketbase: 'two',
    ringfence: '',
    says: ['looks in the list as JSON text', 'every value must match; `?~` for any of them'],
    because: 'An operator means the same on each path with many values, relation or list. `tags ?~ "docs"` finds the same in both.',
  },
  'a filter that asks about the request': {
    pocketbase: 403,
    ringfence: [200, 4],
    says: ['403', 'served'],
    because: 'Who is calling is no secret to the caller; filters and rules are one language.',
  },
  'an expand that there is not': {
    pocketbase: [200, {}],
    ringfence: 400,
    says: ['ignored', '400 with the nearest right name'],
    because: 'A misspelt `expand` shows nothing and nobody learns why.',
  },
  'a create that a rule refuses': {
    pocketbase: 400,
    ringfence: 403,
    says: ['400', '403 `forbidden`'],
    because: 'Nothing is wrong with the document; this caller may not store it.',
  },
  'a write to a record that is seen': {
    pocketbase: 404,
    ringfence: 403,
    says: ['404', '403 `forbidden`'],
    because: 'The caller sees the record; to say that there is none would be odd, and an app can tell them why. A record that they do not see is 404 in both.',
  },
  'a field that has a rule': {
    pocketbase: [404, []],
    ringfence: [400, ['role']],
    says: ['404, by the rule of the whole record', '400 that names the field'],
    because: 'Fields can have rules of their own; who may not change one is told which.',
  },
  'no rule, and a record that is not seen': {
    pocketbase: 403,
    ringfence: 404,
    says: ['403', '404'],
    because: 'Whether there is such a record is not told to those who may not see it.',
  },
  'a method that does not work on a path': {
    pocketbase: 404,
    ringfence: 405,
    says: ['404', '405 that names what works'],
    because: 'The path is right and the method is not.',
  },
  'an email address in capitals': {
    pocketbase: 400,
    ringfence: 200,
    says: ['400', 'signs in'],
    because: 'Phones write the first letter as a capital. Addresses are stored and compared in lower case.',
  },
  'a token that is not valid': {
    pocketbase: [200, 0],
    ringfence: 401,
    says: ['anonymous', '401 `invalid_token`'],
    because: 'A client learns that it is signed out and does not see less than it expected. Signing in does not look at the token.',
  },
  'changing an email address': {
    pocketbase: ['email'],
    ringfence: ['oldPassword'],
    says: ['only through `requestEmailChange`', 'with `oldPassword`'],
    because: 'A token that was left behind must not be enough to take an account; the password is.',
  },
};

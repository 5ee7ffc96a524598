// What the type checker must accept and refuse of declared schemas and rules.

import {
  and,
  any,
  collection,
  defineRules,
  defineSchema,
  eq,
  gt,
  number,
  oneOf,
  people,
  relation,
  select,
  text,
} from 'ringfence/declare';

const schema = defineSchema({
  users: people({ name: text(), role: select(['member', 'admin']) }),
  posts: collection({ author: relation('users'), views: number(), tags: select(['a', 'b'], { many: true }) }),
});

export function schemas(): void {
  // @ts-expect-error a relation to a collection that is not declared
  defineSchema({ posts: collection({ author: relation('user') }) });
  // @ts-expect-error an option that the type does not have
  text({ values: ['a'] });
  // @ts-expect-error what happens on delete is one of three
  relation('users', { on_delete: 'nothing' });
  // @ts-expect-error an index on a field that there is not
  collection({ title: text() }, { indexes: [{ fields: ['titel'] }] });
}

export function rules(): void {
  defineRules(schema, {
    posts: {
      read: ({ doc, auth }) => and(eq(doc.author, auth.id), eq(doc.author.role, 'admin'), gt(doc.views, 3), eq(any(doc.tags), 'a')),
      // @ts-expect-error there is no such field
      list: ({ doc }) => eq(doc.titel, 'x'),
      // @ts-expect-error the type of the value
      view: ({ doc }) => eq(doc.views, 'x'),
      // @ts-expect-error not one of the choices
      insert: ({ doc }) => eq(doc.author.role, 'root'),
      // @ts-expect-error JavaScript's comparison gives a boolean, no condition
      update: ({ doc, auth }) => doc.author === auth.id,
      // @ts-expect-error only an update has a document after the change
      delete: ({ doc, next }) => eq(doc.author, next.author),
    },
    users: {
      read: ({ doc, auth, select }) => oneOf(doc.id, select('posts', 'author', (post) => eq(post.author, auth.id))),
      // @ts-expect-error a field that the other collection does not have
      list: ({ doc, select }) => oneOf(doc.id, select('posts', 'owner')),
      // @ts-expect-error numbers are no ids
      view: ({ doc, select }) => oneOf(doc.id, select('posts', 'views')),
    },
  });
  defineRules(schema, { users: { fields: { role: { read: ({ doc, auth }) => eq(doc.id, auth.id), mask: 'full' } } } });
  // @ts-expect-error there is no such mask
  defineRules(schema, { users: { fields: { role: { mask: 'half' } } } });
  // @ts-expect-error there is no such field to have rules
  defineRules(schema, { users: { fields: { rule: {} } } });
  // @ts-expect-error there is no such collection
  defineRules(schema, { post: {} });
}

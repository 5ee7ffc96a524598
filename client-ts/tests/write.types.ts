// What the type checker must accept and refuse of writes, batches and people.

import { createClient } from 'ringfence';
import type { PeopleRecord, PostsRecord, Schema } from './fixtures/blog/types.ts';
import { is } from './query.types.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const client = createClient<Schema>('http://localhost');
const posts = client.collection('posts');

export async function creating(): Promise<void> {
  const post = await posts.create({ title: 'a', author: 'x' });
  is<Same<typeof post, PostsRecord>>();
  posts.create({ title: 'a', author: 'x', status: 'gone', publish: new Date(), mood: null, cover: new Blob() });
  posts.create({ title: 'a', author: 'x', labels: ['a'], attachments: [new Blob(), 'kept.png'], rating: null });
  // @ts-expect-error a required field is missing
  posts.create({ title: 'a' });
  // @ts-expect-error a field that there is not
  posts.create({ title: 'a', author: 'x', internal: 'x' });
  // @ts-expect-error the server keeps this one
  posts.create({ title: 'a', author: 'x', created: 'x' });
  // @ts-expect-error the server sets this one
  posts.create({ title: 'a', author: 'x', seen: 'x' });
  // @ts-expect-error a required field cannot be unset
  posts.create({ title: null, author: 'x' });
  // @ts-expect-error modifiers change what is stored, and nothing is yet
  posts.create({ title: 'a', author: 'x', 'views+': 1 });
  // @ts-expect-error without an id there is nothing to look for
  posts.upsert({ title: 'a', author: 'x' });
}

export function updating(): void {
  posts.update('1', { title: 'b' });
  posts.update('1', {});
  posts.update('1', { 'views+': 1, 'labels-': 'a', '+readers': ['x'], mood: null }, { ifMatch: { updated: 'x' } });
  // @ts-expect-error only numbers and lists have modifiers
  posts.update('1', { 'title+': 'b' });
  // @ts-expect-error not one of the choices
  posts.update('1', { 'labels+': 'c' });
  posts.where('draft', '=', true).updateAll({ draft: false });
  // @ts-expect-error the type of a value for many records
  posts.where('draft', '=', true).updateAll({ draft: 'no' });
  // @ts-expect-error an id never changes
  posts.update('1', { id: '2' });
}

export async function batching(): Promise<void> {
  const [made, gone, person] = await client.batch((batch) => [
    batch.collection('posts').create({ title: 'a', author: 'x' }),
    batch.collection('posts').delete('1'),
    batch.collection('people').update('1', { name: 'b' }),
  ]);
  is<Same<typeof made, PostsRecord>>();
  is<Same<typeof gone, null>>();
  is<Same<typeof person, PeopleRecord>>();
  const rows = await posts.batch((batch) => ['a', 'b'].map((title) => batch.create({ title, author: 'x' })));
  is<Same<(typeof rows)[number], PostsRecord>>();
  // @ts-expect-error the type of a value in a batch
  posts.batch((batch) => [batch.update('1', { views: 'x' })]);
}

export async function signingIn(): Promise<void> {
  const own = createClient<Schema>('http://localhost', { users: 'people' });
  is<Same<typeof own.auth.user, PeopleRecord | null>>();
  await own.auth.signUp({ email: 'a@b.c', password: 'x', name: 'A' });
  // @ts-expect-error a required field of the person is missing
  own.auth.signUp({ email: 'a@b.c', password: 'x' });
  // @ts-expect-error nobody signs in to posts
  createClient<Schema>('http://localhost', { users: 'posts' });
}

// What the type checker must accept and refuse of queries. Nothing here runs: the
// build fails if an `@ts-expect-error` meets no error, or a type is another.

import { all, any, createClient, filter, type Filter, type GeoPoint, type Json } from 'ringfence';
import type { PeopleRecord, PostsRecord, ProfilesRecord, Schema } from './fixtures/blog/types.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
export function is<_ extends true>(): void {}

const client = createClient<Schema>('http://localhost');
const posts = client.collection('posts');
const people = client.collection('people');

export function collections(): void {
  // @ts-expect-error there is no such collection
  client.collection('post');
}

export async function expanding(): Promise<void> {
  const plain = await posts.get('1');
  is<Same<typeof plain, PostsRecord>>();
  // @ts-expect-error nothing was expanded
  void plain.expand;

  const one = await posts.expand('author').get('1');
  is<Same<NonNullable<(typeof one)['expand']>, { author?: PeopleRecord }>>();
  is<Same<(typeof one)['title'], string>>();

  const many = await posts.expand('readers', 'author').list();
  is<Same<NonNullable<(typeof many.items)[number]['expand']>, { readers?: PeopleRecord[]; author?: PeopleRecord }>>();

  const back = await people.expand('posts_via_author', 'profiles_via_person').first();
  type Back = NonNullable<NonNullable<typeof back>['expand']>;
  is<Same<Back['posts_via_author'], PostsRecord[] | undefined>>();
  is<Same<Back['profiles_via_person'], ProfilesRecord | undefined>>();

  const deep = await people.expand('posts_via_author.readers.manager').get('1');
  const manager = deep.expand?.posts_via_author?.[0]?.expand?.readers?.[0]?.expand?.manager;
  is<Same<typeof manager, PeopleRecord | undefined>>();

  // @ts-expect-error a field that is no relation
  posts.expand('title');
  // @ts-expect-error a relation that the other collection does not have
  posts.expand('author.readers');
  // @ts-expect-error one wrong path among right ones
  posts.expand('author', 'reader');
}

export async function selecting(): Promise<void> {
  const some = await posts.select('id', 'status').get('1');
  is<Same<typeof some, { id: string; status: 'draft' | "it's out" | 'gone' }>>();

  const along = await posts.select('title', 'author.name').get('1');
  is<Same<typeof along, { title: string; expand?: { author?: { name: string } } }>>();

  const both = await posts.expand('author.manager').select('title', 'author.name').get('1');
  is<Same<typeof both, { title: string; expand?: { author?: { name: string; expand?: { manager?: PeopleRecord } } } }>>();

  const whole = await posts.expand('author').select('title').get('1');
  is<Same<typeof whole, { title: string; expand?: { author?: PeopleRecord } }>>();

  for await (const post of posts.select('views').iterate()) is<Same<typeof post, { views: number }>>();

  // @ts-expect-error there is no such field
  posts.select('titel');
  // @ts-expect-error a hidden field
  posts.select('internal');
  // @ts-expect-error a path through a field that is no relation
  posts.select('title.name');
}

export function filtering(): void {
  posts.where('title', '=', 'a').where('author.name', '~', 'x');
  posts.where('status', '=', "it's out").where('status', 'in', ['draft', 'gone']);
  posts.where('views', '>=', 3).where('rating', '=', null).where('draft', '=', true);
  posts.where('publish', '<', new Date()).where('labels', '?=', 'a').where('readers.name', '?^', 'A');
  posts.where({ status: 'draft', draft: false, rating: null });
  posts.where(filter`title = ${'x'}`);
  posts.where((is) => any(is('views', '>', 3), all(is('draft', '=', false), is('author.manager.name', '=', 'x'))));

  // @ts-expect-error there is no such field
  posts.where('titel', '=', 'a');
  // @ts-expect-error the type of the value
  posts.where('views', '=', '3');
  // @ts-expect-error not one of the choices
  posts.where('status', '=', 'public');
  // @ts-expect-error not one of the choices, in a list
  posts.where('status', 'in', ['public']);
  // @ts-expect-error a number is not searched for text
  posts.where('views', '~', '3');
  // @ts-expect-error a bool has no order
  posts.where('draft', '<', true);
  // @ts-expect-error a list takes one of its values
  posts.where('labels', '?=', 'c');
  // @ts-expect-error a path that leads nowhere
  posts.where('author.nam', '=', 'x');
  // @ts-expect-error a plain text is no filter
  posts.where('title = 1');
  // @ts-expect-error the type of a value among fields
  posts.where({ views: 'many' });
  // @ts-expect-error an unknown field among fields
  posts.where({ view: 1 });
  // @ts-expect-error undefined is no value
  filter`title = ${undefined}`;
  posts.where((is): Filter => {
    // @ts-expect-error the type of the value inside
    return is('views', '=', 'x');
  });
}

export function ordering(): void {
  posts.orderBy('-created', 'title', 'author.name', '-author.manager.name', '@random');
  // @ts-expect-error there is no such field
  posts.orderBy('-creatd');
  // @ts-expect-error a path that leads nowhere
  posts.orderBy('author.nam');
}

export function reading(post: PostsRecord): void {
  is<Same<PostsRecord['status'], 'draft' | "it's out" | 'gone'>>();
  is<Same<PostsRecord['mood'], 'good' | 'bad' | ''>>();
  is<Same<PostsRecord['temper'], 'hot' | 'cold' | null>>();
  is<Same<PostsRecord['labels'], ('a' | 'b')[]>>();
  is<Same<PostsRecord['slug'], string | null>>();
  is<Same<PostsRecord['rating'], number | null>>();
  is<Same<PostsRecord['extra'], Json>>();
  is<Same<PostsRecord['place'], GeoPoint>>();
  is<Same<PostsRecord['attachments'], string[]>>();
  is<Same<PostsRecord['collectionName'], 'posts'>>();
  // A rule may keep it from a reader; a masked one is there.
  is<Same<Pick<PostsRecord, 'contact' | 'source'>, { contact?: string; source: string }>>();
  is<Same<ProfilesRecord['motto'], string | undefined>>();
  posts.where('contact', '=', 'x').where({ contact: 'x' });
  // @ts-expect-error a hidden field is in no record
  void post.internal;
}

export async function untyped(): Promise<void> {
  const any = createClient('http://localhost').collection('whatever');
  const found = await any.where('a.b', '~', 'x').orderBy('-c').expand('d').first();
  is<Same<NonNullable<typeof found>['created'], string>>();
  const value: unknown = found?.['title'];
  void value;
}

// What a query's records look like after `expand` and `select`, and which paths
// those take. Types only.

import type { CollectionName, SchemaTypes } from './schema.ts';

type Relations<S extends SchemaTypes, C extends CollectionName<S>> = S[C]['relations'];
type Target<S extends SchemaTypes, C extends CollectionName<S>, H extends keyof Relations<S, C>> = Relations<S, C>[H]['to'] &
  CollectionName<S>;

type Head<P> = P extends `${infer H}.${string}` ? H : P;
type Rest<P, H extends string> = P extends `${H}.${infer R}` ? R : never;
type Leaf<P> = P extends `${string}.${string}` ? never : P;
type Step<P> = P extends `${infer H}.${string}` ? H : never;
type Flat<T> = { [K in keyof T]: T[K] };

/**
 * A record of `C` with the paths `E` expanded and only the fields `F` selected;
 * with no `F`, all of them.
 */
export type Result<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  E extends string = never,
  F extends string = never,
> = [E | F] extends [never] ? S[C]['record'] : Flat<Own<S, C, F> & Expanded<S, C, E, F>>;

type Own<S extends SchemaTypes, C extends CollectionName<S>, F extends string> = [F] extends [never]
  ? S[C]['record']
  : Pick<S[C]['record'], Leaf<F> & keyof S[C]['record']>;

type Expanded<S extends SchemaTypes, C extends CollectionName<S>, E extends string, F extends string> = [
  Head<E> | Step<F>,
] extends [never]
  ? unknown
  : {
      /** What the paths led to; what you may not see, or is unset, is left out. */
      expand?: {
        [H in (Head<E> | Step<F>) & keyof Relations<S, C> & string]?: Related<S, Relations<S, C>[H], Rest<E, H>, Rest<F, H>>;
      };
    };

type Related<S extends SchemaTypes, R, E extends string, F extends string> = R extends { to: infer T; many: infer M }
  ? M extends true
    ? Result<S, T & CollectionName<S>, E, F>[]
    : Result<S, T & CollectionName<S>, E, F>
  : never;

/** The type of the field that a path leads to; `never` if it leads nowhere. */
export type ValueAt<S extends SchemaTypes, C extends CollectionName<S>, P extends string> = P extends keyof S[C]['record']
  ? Exclude<S[C]['record'][P], undefined>
  : P extends `${infer H}.${infer R}`
    ? H extends keyof Relations<S, C>
      ? ValueAt<S, Target<S, C, H>, R>
      : never
    : never;

/** `P` if it is a field or a path to one; otherwise the fields there are, spelt out for the error. */
export type FieldPath<S extends SchemaTypes, C extends CollectionName<S>, P extends string> = P extends string
  ? [ValueAt<S, C, P>] extends [never]
    ? keyof S[C]['record'] & string
    : P
  : never;

/** `P` if it is a sort key: a path, with `-` before it for the largest first. */
export type SortKey<S extends SchemaTypes, C extends CollectionName<S>, P extends string> = P extends '@random'
  ? P
  : P extends `${'-' | '+'}${infer R}`
    ? `${'-' | '+'}${FieldPath<S, C, R>}`
    : FieldPath<S, C, P> | `-${keyof S[C]['record'] & string}`;

type IsExpandable<S extends SchemaTypes, C extends CollectionName<S>, P extends string> = P extends keyof Relations<S, C>
  ? true
  : P extends `${infer H}.${infer R}`
    ? H extends keyof Relations<S, C>
      ? IsExpandable<S, Target<S, C, H>, R>
      : false
    : false;

/** `P` if it is a path of relations; otherwise the relations there are. */
export type ExpandPath<S extends SchemaTypes, C extends CollectionName<S>, P extends string> = P extends string
  ? IsExpandable<S, C, P> extends true
    ? P
    : keyof Relations<S, C> & string
  : never;

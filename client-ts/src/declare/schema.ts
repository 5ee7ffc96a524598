// A schema as it is declared in TypeScript. Checks by type what can be checked so;
// the rest is for `ringfence check`.

import type { CollectionDeclaration, FieldDeclaration, IndexDeclaration } from './model.ts';

type Fields = Readonly<Record<string, FieldDeclaration>>;

/** What a collection can be told beside its fields. */
export interface CollectionOptions<F extends Fields> {
  /** `fields` in their order, and `unique` if no two records may agree on all of them. */
  indexes?: readonly (IndexDeclaration & { fields: readonly ((keyof F & string) | SystemField)[] })[];
  /** The names it had before, the latest last. */
  renamed_from?: readonly string[];
  /** Fields of earlier versions whose values may be lost. */
  dropped?: readonly string[];
  /** Its id, where it should not follow from its first name. */
  id?: string;
}

/** The fields that every collection has by itself. */
export type SystemField = 'id' | 'created' | 'updated' | 'created_by' | 'updated_by';

/** A collection whose values may be lost. */
export interface Dropped {
  readonly dropped: true;
}

/** A schema as `defineSchema` takes it. */
export type DeclaredSchema = Readonly<Record<string, CollectionDeclaration | Dropped>>;

type CollectionKeys<S> = { [C in keyof S]: S[C] extends { fields: Fields } ? C : never }[keyof S] & string;

/** Every relation leads to a collection that is declared. */
type WithTargets<S> = {
  [C in keyof S]: S[C] extends { fields: infer F }
    ? S[C] & { fields: { [N in keyof F]: F[N] extends { type: 'relation' } ? { collection: CollectionKeys<S> } : unknown } }
    : S[C];
};

/**
 * A collection of records.
 *
 * @example
 * ```ts
 * import { collection, text } from 'ringfence/declare';
 *
 * const tags = collection({ label: text({ required: true, unique: true }) }, { indexes: [{ fields: ['created'] }] });
 * console.log(tags.fields.label.type); // text
 * ```
 */
export function collection<const F extends Fields>(
  fields: F,
  options: CollectionOptions<F> = {},
): { readonly kind: 'base'; readonly fields: F } & CollectionOptions<F> {
  return { kind: 'base', ...options, fields };
}

/**
 * A collection of people who sign in. It has `email`, `emailVisibility`,
 * `verified` and `password` by itself.
 *
 * @example
 * ```ts
 * import { people, text } from 'ringfence/declare';
 *
 * const users = people({ name: text({ required: true }) });
 * console.log(users.kind); // auth
 * ```
 */
export function people<const F extends Fields>(
  fields: F,
  options: CollectionOptions<F> = {},
): { readonly kind: 'auth'; readonly fields: F } & CollectionOptions<F> {
  return { kind: 'auth', ...options, fields };
}

/**
 * A collection that was there and whose records may be lost.
 *
 * @example
 * ```ts
 * import { defineSchema, dropped } from 'ringfence/declare';
 *
 * console.log(defineSchema({ drafts: dropped() }).drafts.dropped); // true
 * ```
 */
export function dropped(): Dropped {
  return { dropped: true };
}

/**
 * The collections of an app by their names. `npx ringfence declare` writes them as
 * the TOML files that the server is built from.
 *
 * @example
 * ```ts
 * import { collection, defineSchema, people, relation, text } from 'ringfence/declare';
 *
 * export const schema = defineSchema({
 *   users: people({ name: text({ required: true, max: 100 }) }),
 *   notes: collection({
 *     owner: relation('users', { required: true, on_delete: 'cascade' }),
 *     title: text({ required: true }),
 *   }),
 * });
 * console.log(Object.keys(schema)); // [ 'users', 'notes' ]
 * ```
 */
export function defineSchema<const S extends DeclaredSchema>(schema: S & WithTargets<S>): S {
  return schema;
}

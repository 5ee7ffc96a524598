// Fields as they are declared: a function for each type, with the options of that
// type by the names that the TOML files have.

import type {
  AutodateOptions,
  DateOptions,
  FieldOptions,
  JsonOptions,
  ListOptions,
  NumberOptions,
  PasswordOptions,
  RelationOptions,
  SelectOptions,
  TextOptions,
} from './model.ts';

type Field<T extends string, O> = { readonly type: T } & O;
type None = Record<never, never>;

/**
 * Text.
 *
 * @example
 * ```ts
 * import { text } from 'ringfence/declare';
 *
 * console.log(text({ required: true, max: 80 }).type); // text
 * ```
 */
export function text<const O extends TextOptions = None>(options?: O): Field<'text', O> {
  return field('text', options);
}

/**
 * A number; `integer: true` for whole ones.
 *
 * @example
 * ```ts
 * import { number } from 'ringfence/declare';
 *
 * console.log(number({ integer: true, min: 0 }).type); // number
 * ```
 */
export function number<const O extends NumberOptions = None>(options?: O): Field<'number', O> {
  return field('number', options);
}

/**
 * True or false.
 *
 * @example
 * ```ts
 * import { bool } from 'ringfence/declare';
 *
 * console.log(bool().type); // bool
 * ```
 */
export function bool<const O extends FieldOptions = None>(options?: O): Field<'bool', O> {
  return field('bool', options);
}

/**
 * An email address, kept in lower case.
 *
 * @example
 * ```ts
 * import { email } from 'ringfence/declare';
 *
 * console.log(email({ unique: true }).type); // email
 * ```
 */
export function email<const O extends FieldOptions = None>(options?: O): Field<'email', O> {
  return field('email', options);
}

/**
 * An absolute address of the web.
 *
 * @example
 * ```ts
 * import { url } from 'ringfence/declare';
 *
 * console.log(url().type); // url
 * ```
 */
export function url<const O extends FieldOptions = None>(options?: O): Field<'url', O> {
  return field('url', options);
}

/**
 * A moment.
 *
 * @example
 * ```ts
 * import { date } from 'ringfence/declare';
 *
 * console.log(date({ min: '2026-01-01 00:00:00.000Z' }).type); // date
 * ```
 */
export function date<const O extends DateOptions = None>(options?: O): Field<'date', O> {
  return field('date', options);
}

/**
 * A moment that the server sets.
 *
 * @example
 * ```ts
 * import { autodate } from 'ringfence/declare';
 *
 * console.log(autodate({ on_update: true }).type); // autodate
 * ```
 */
export function autodate<const O extends AutodateOptions>(options: O): Field<'autodate', O> {
  return field('autodate', options);
}

/**
 * One of these values, or with `many` some of them.
 *
 * @example
 * ```ts
 * import { select } from 'ringfence/declare';
 *
 * console.log(select(['todo', 'done'], { default: 'todo' }).values); // [ 'todo', 'done' ]
 * ```
 */
export function select<const V extends readonly string[], const O extends Omit<SelectOptions, 'values'> = None>(
  values: V,
  options?: O,
): Field<'select', { readonly values: V } & O> {
  return field('select', { values, ...options } as { readonly values: V } & O);
}

/**
 * Any JSON.
 *
 * @example
 * ```ts
 * import { json } from 'ringfence/declare';
 *
 * console.log(json({ max: 10_000 }).type); // json
 * ```
 */
export function json<const O extends JsonOptions = None>(options?: O): Field<'json', O> {
  return field('json', options);
}

/**
 * A record of another collection, or with `many` some of them.
 *
 * @example
 * ```ts
 * import { relation } from 'ringfence/declare';
 *
 * console.log(relation('users', { required: true, on_delete: 'cascade' }).collection); // users
 * ```
 */
export function relation<const T extends string, const O extends Omit<RelationOptions, 'collection'> = None>(
  collection: T,
  options?: O,
): Field<'relation', { readonly collection: T } & O> {
  return field('relation', { collection, ...options } as { readonly collection: T } & O);
}

/**
 * A point on the earth.
 *
 * @example
 * ```ts
 * import { geo } from 'ringfence/declare';
 *
 * console.log(geo().type); // geo
 * ```
 */
export function geo<const O extends FieldOptions = None>(options?: O): Field<'geo', O> {
  return field('geo', options);
}

/**
 * A file, or with `many` some of them.
 *
 * @example
 * ```ts
 * import { file } from 'ringfence/declare';
 *
 * console.log(file({ many: true, max: 5 }).type); // file
 * ```
 */
export function file<const O extends ListOptions = None>(options?: O): Field<'file', O> {
  return field('file', options);
}

/**
 * How the `password` of people is; it is there without being declared.
 *
 * @example
 * ```ts
 * import { password } from 'ringfence/declare';
 *
 * console.log(password({ min: 12 }).type); // password
 * ```
 */
export function password<const O extends PasswordOptions = None>(options?: O): Field<'password', O> {
  return field('password', options);
}

function field<const T extends string, O>(type: T, options?: O): Field<T, O> {
  return { type, ...options } as Field<T, O>;
}

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

/** Text. */
export function text<const O extends TextOptions = None>(options?: O): Field<'text', O> {
  return field('text', options);
}

/** A number; `integer: true` for whole ones. */
export function number<const O extends NumberOptions = None>(options?: O): Field<'number', O> {
  return field('number', options);
}

/** True or false. */
export function bool<const O extends FieldOptions = None>(options?: O): Field<'bool', O> {
  return field('bool', options);
}

/** An email address, kept in lower case. */
export function email<const O extends FieldOptions = None>(options?: O): Field<'email', O> {
  return field('email', options);
}

/** An absolute address of the web. */
export function url<const O extends FieldOptions = None>(options?: O): Field<'url', O> {
  return field('url', options);
}

/** A moment. */
export function date<const O extends DateOptions = None>(options?: O): Field<'date', O> {
  return field('date', options);
}

/** A moment that the server sets. */
export function autodate<const O extends AutodateOptions>(options: O): Field<'autodate', O> {
  return field('autodate', options);
}

/** One of these values, or with `many` some of them. */
export function select<const V extends readonly string[], const O extends Omit<SelectOptions, 'values'> = None>(
  values: V,
  options?: O,
): Field<'select', { readonly values: V } & O> {
  return field('select', { values, ...options } as { readonly values: V } & O);
}

/** Any JSON. */
export function json<const O extends JsonOptions = None>(options?: O): Field<'json', O> {
  return field('json', options);
}

/** A record of another collection, or with `many` some of them. */
export function relation<const T extends string, const O extends Omit<RelationOptions, 'collection'> = None>(
  collection: T,
  options?: O,
): Field<'relation', { readonly collection: T } & O> {
  return field('relation', { collection, ...options } as { readonly collection: T } & O);
}

/** A point on the earth. */
export function geo<const O extends FieldOptions = None>(options?: O): Field<'geo', O> {
  return field('geo', options);
}

/** A file, or with `many` some of them. */
export function file<const O extends ListOptions = None>(options?: O): Field<'file', O> {
  return field('file', options);
}

/** How the `password` of people is; it is there without being declared. */
export function password<const O extends PasswordOptions = None>(options?: O): Field<'password', O> {
  return field('password', options);
}

function field<const T extends string, O>(type: T, options?: O): Field<T, O> {
  return { type, ...options } as Field<T, O>;
}

// Filters as text, with every value written so that it stays a value. Knows the
// form of literals, not the meaning of a filter: that the server checks.

/** What a filter can compare with. */
export type FilterValue = string | number | boolean | null | Date;

/**
 * A condition on records, made by `filter`, `where` or `rawFilter`.
 *
 * @example
 * ```ts
 * import { Filter, filter } from 'ringfence';
 *
 * const done = filter`done = ${true}`;
 * console.log(done instanceof Filter, done.text); // true done = true
 * ```
 */
export class Filter {
  /** The condition as the server reads it. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/**
 * A filter as a template: what stands in `${}` is always a value, never a part of
 * the filter. Takes texts, numbers, booleans, null, dates, lists (for `IN`) and
 * other filters.
 *
 * @example
 * ```ts
 * import { filter } from 'ringfence';
 *
 * const words = 'say "hi" || 1=1';
 * const notes = client.collection('notes').where(filter`title ~ ${words} && color IN ${['red', 'blue']}`);
 * console.log((await notes.list()).items.length); // 0
 * ```
 */
export function filter(parts: TemplateStringsArray, ...values: (FilterValue | Filter | readonly FilterValue[])[]): Filter {
  return new Filter(parts.reduce((text, part, index) => text + write(values[index - 1]) + part));
}

/**
 * A filter from a text that somebody wrote, such as a search in a tool for
 * developers. Values belong into `filter` instead.
 *
 * @example
 * ```ts
 * import { rawFilter } from 'ringfence';
 *
 * const written = 'pinned = true';
 * console.log(await client.collection('notes').where(rawFilter(written)).count());
 * ```
 */
export function rawFilter(text: string): Filter {
  return new Filter(text);
}

/**
 * All of these conditions.
 *
 * @example
 * ```ts
 * import { all } from 'ringfence';
 *
 * const notes = client.collection('notes').where((is) => all(is('pinned', '=', true), is('color', '!=', 'red')));
 * console.log(await notes.count());
 * ```
 */
export function all(...filters: readonly Filter[]): Filter {
  return join(filters, ' && ', 'true');
}

/**
 * At least one of these conditions.
 *
 * @example
 * ```ts
 * import { any } from 'ringfence';
 *
 * const notes = client.collection('notes').where((is) => any(is('pinned', '=', true), is('remind', '<', new Date())));
 * console.log(await notes.count());
 * ```
 */
export function any(...filters: readonly Filter[]): Filter {
  return join(filters, ' || ', 'false');
}

/**
 * The opposite of a condition.
 *
 * @example
 * ```ts
 * import { not } from 'ringfence';
 *
 * const notes = client.collection('notes').where((is) => not(is('title', '^', 'Draft')));
 * console.log(await notes.count());
 * ```
 */
export function not(condition: Filter): Filter {
  return new Filter(`!(${condition.text})`);
}

/** A value as the filter language writes it. */
export function literal(value: FilterValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return number(value);
  if (value instanceof Date) return text(moment(value));
  if (typeof value === 'string') return text(value);
  throw new TypeError(`A filter cannot hold ${value === undefined ? 'undefined' : `a value of type ${typeof value}`}.`);
}

/** A date as the server stores it. */
export function moment(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new TypeError('The date in the filter is not valid.');
  return date.toISOString().replace('T', ' ');
}

function write(value: FilterValue | Filter | readonly FilterValue[] | undefined): string {
  if (value instanceof Filter) return `(${value.text})`;
  if (!Array.isArray(value)) return literal(value as FilterValue);
  if (value.length === 0) throw new TypeError('A filter cannot look into an empty list; leave the condition out.');
  return `(${value.map(literal).join(', ')})`;
}

function join(filters: readonly Filter[], word: string, none: string): Filter {
  if (filters.length === 0) return new Filter(none);
  if (filters.length === 1 && filters[0]) return filters[0];
  return new Filter(filters.map((one) => `(${one.text})`).join(word));
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`A filter cannot hold the number ${value}.`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new TypeError(`The whole number ${value} is beyond what is exact.`);
  }
  return String(value);
}

// INVARIANT: no text ends the string that it is written into. In double quotes the
// language has JSON's escapes.
function text(value: string): string {
  if (value.includes('\0')) throw new TypeError('A filter cannot hold the character U+0000.');
  return JSON.stringify(value);
}

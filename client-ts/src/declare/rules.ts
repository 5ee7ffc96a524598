// Rules as functions that describe: each is called once, when the rules are
// declared, and what it returns becomes the text of the rule.

import { looks, requestParts, root, type Caller, type Declared, type Doc, type RequestParts } from './document.ts';
import { Condition, inside, Operand, Subquery, use, watch, type Truth } from './expression.ts';
import type { DeclaredSchema } from './schema.ts';

/** What every rule sees. */
export interface RuleContext<S extends DeclaredSchema> {
  /** Who calls; everything of it is absent for somebody who is not signed in. */
  readonly auth: Caller<S>;
  readonly request: RequestParts;
}

/** What a rule about a document sees. */
export interface DocumentContext<S extends DeclaredSchema, C extends string> extends RuleContext<S> {
  /** The stored document; for `insert`, the document as it would be stored. */
  readonly doc: Doc<S, C>;
  /**
   * The values of a field of the records, of any collection, that a condition holds
   * for. `own` is the document that the rule is about, as `record` is one of these.
   */
  select<T extends Declared<S>, F extends keyof Doc<S, T> & string>(
    collection: T,
    field: F,
    where?: (record: Doc<S, T>, own: Doc<S, C>) => Truth,
  ): Subquery<Doc<S, T>[F] extends Operand<infer V> ? V : never>;
}

/** What a rule about a change sees. */
export interface UpdateContext<S extends DeclaredSchema, C extends string> extends DocumentContext<S, C> {
  /** The document before the change; `doc` is the same. */
  readonly old: Doc<S, C>;
  /** The document after the change: `new.` in the rule language, a word that JavaScript keeps. */
  readonly next: Doc<S, C>;
}

/** A rule: what must hold. `() => true` lets everybody; without a rule it is nobody. */
export type Rule<Context> = (context: Context) => Truth | true;

/** Rules of a single field. What is left out follows the rule of the record. */
export interface FieldRules<S extends DeclaredSchema, C extends string> {
  /** Who reads it: `list` and `view` in one. */
  read?: Rule<DocumentContext<S, C>>;
  list?: Rule<DocumentContext<S, C>>;
  view?: Rule<DocumentContext<S, C>>;
  /** Who may set or change it: `insert` and `update` in one. */
  write?: Rule<DocumentContext<S, C>>;
  insert?: Rule<DocumentContext<S, C>>;
  update?: Rule<UpdateContext<S, C>>;
  /** What its readers see in its place. */
  mask?: 'email' | 'ssn' | 'phone' | 'name' | 'full' | { first?: number; last?: number };
  /** For whom the mask is lifted: a rule, or groups. */
  unmasked?: Rule<DocumentContext<S, C>> | readonly string[];
}

/** The rules of a collection. One that is left out refuses everybody. */
export interface CollectionRules<S extends DeclaredSchema, C extends string> {
  /** Who sees it: `list` and `view` in one. */
  read?: Rule<DocumentContext<S, C>>;
  list?: Rule<DocumentContext<S, C>>;
  view?: Rule<DocumentContext<S, C>>;
  insert?: Rule<DocumentContext<S, C>>;
  update?: Rule<UpdateContext<S, C>>;
  delete?: Rule<DocumentContext<S, C>>;
  execute?: Rule<RuleContext<S>>;
  /** Rules of single fields, for who reads or writes less than the record. */
  fields?: { [F in keyof Doc<S, C> & string]?: FieldRules<S, C> };
}

/** The rules of an app by its collections. */
export type RulesOf<S extends DeclaredSchema> = { [C in Declared<S>]?: CollectionRules<S, C> };

/** The rules of a collection as the server reads them: texts, and `fields` with theirs. */
export interface CollectionTexts {
  [operation: string]: string | FieldTexts | undefined;
  fields?: FieldTexts;
}

/** The rules of fields as the server reads them. */
export type FieldTexts = Record<string, Record<string, string | readonly string[] | object>>;

/** Rules as the server reads them. */
export type RuleTexts = Record<string, CollectionTexts>;

const operations = ['read', 'list', 'view', 'insert', 'update', 'delete', 'execute'];
const fieldOptions = ['read', 'list', 'view', 'write', 'insert', 'update', 'mask', 'unmasked'];

/**
 * The rules of a schema's collections. Who no rule lets in is refused.
 *
 * @example
 * ```ts
 * import { and, collection, defineRules, defineSchema, eq, people, relation, text } from 'ringfence/declare';
 *
 * const schema = defineSchema({
 *   users: people({ name: text() }),
 *   notes: collection({ owner: relation('users'), title: text() }),
 * });
 *
 * export const rules = defineRules(schema, {
 *   notes: {
 *     read: ({ doc, auth }) => eq(doc.owner, auth.id),
 *     insert: ({ doc, auth }) => eq(doc.owner, auth.id),
 *     update: ({ doc, next, auth }) => and(eq(doc.owner, auth.id), eq(next.owner, doc.owner)),
 *   },
 * });
 * console.log(rules['notes']?.['update']); // owner = @request.auth.id && new.owner = owner
 * ```
 */
export function defineRules<S extends DeclaredSchema>(schema: S, rules: RulesOf<S>): RuleTexts {
  const texts: RuleTexts = {};
  for (const [collection, declared] of Object.entries<object | undefined>(rules)) {
    const { fields } = (schema[collection] ?? {}) as { fields?: object };
    if (!fields) throw new TypeError(`There are rules for ${collection}, which is not declared.`);
    texts[collection] = collectionTexts(collection, { ...declared });
  }
  return texts;
}

function collectionTexts(collection: string, declared: Record<string, unknown>): CollectionTexts {
  const texts: CollectionTexts = {};
  for (const [operation, rule] of Object.entries(declared)) {
    if (operation === 'fields') continue;
    const place = `The rule ${collection}.${operation}`;
    if (!operations.includes(operation)) {
      throw new TypeError(`${place} is for no operation; there are ${operations.join(', ')}.`);
    }
    texts[operation] = textOf(place, rule, operation);
  }
  const fields = Object.entries<object>((declared['fields'] ?? {}) as Record<string, object>);
  if (fields.length === 0) return texts;
  texts.fields = Object.fromEntries(fields.map(([field, options]) => [field, fieldTexts(`${collection}.fields.${field}`, options)]));
  return texts;
}

function fieldTexts(place: string, options: object): FieldTexts[string] {
  const texts: FieldTexts[string] = {};
  for (const [option, value] of Object.entries<unknown>({ ...options })) {
    if (!fieldOptions.includes(option)) {
      throw new TypeError(`The rule ${place}.${option} is none; there are ${fieldOptions.join(', ')}.`);
    }
    const isPlain = option === 'mask' || Array.isArray(value);
    texts[option] = isPlain ? (value as string) : textOf(`The rule ${place}.${option}`, value, option);
  }
  return texts;
}

function textOf(place: string, rule: unknown, operation: string): string {
  if (typeof rule !== 'function') throw new TypeError(`${place} is no function.`);
  const scope = {};
  const looksBefore = looks.count;
  const { result, unused } = watch(() => (rule as (context: object) => unknown)(contextOf(scope, operation)));
  if (result instanceof Promise) {
    throw new TypeError(`${place} is async. A rule describes who may do something; it is not run for a request.`);
  }
  // INVARIANT: no condition that somebody wrote is lost on the way to the text.
  if (unused.length > 0) {
    const lost = unused.map((one) => one.text).join('; ');
    throw new TypeError(`${place} makes conditions that it does not return: ${lost}. Join them by and() and or(), not by && and ||.`);
  }
  // INVARIANT: only a rule that looks at nothing says `true`: `doc.a !== auth.id`
  // is JavaScript's comparison of two descriptions, and always true.
  if (result === true && looks.count === looksBefore) return 'true';
  if (result instanceof Operand || result instanceof Condition) return textIn(result as Truth);
  throw new TypeError(`${place} returns ${String(result)}, which is no condition. Compare by eq(), ne() and the others; leave a rule out to refuse everybody.`);
}

function contextOf(scope: object, operation: string): object {
  // Of a new document there is none before it.
  const own = root<never>(['insert', 'write'].includes(operation) ? 'new' : 'old');
  return {
    doc: root('', scope),
    old: root('old'),
    next: root('new'),
    auth: root('@request.auth'),
    request: requestParts(),
    select: (collection: string, field: string, where?: (record: never, own: never) => Truth) =>
      subquery(collection, field, where && ((record) => where(record, own))),
  };
}

function subquery(collection: string, field: string, where: ((record: never) => Truth) | undefined): Subquery<never> {
  for (const name of [collection, field]) if (!/^\w+$/.test(name)) throw new TypeError(`"${name}" is no name.`);
  if (!where) return new Subquery(`SELECT ${field} FROM ${collection}`, new Set());
  const scope = {};
  const condition = where(root<never>('', scope));
  const text = textIn(condition);
  // INVARIANT: inside a subquery a bare name is a field of its own records.
  const isForeign = condition instanceof Condition && [...condition.scopes].some((one) => one !== scope);
  if (isForeign || (condition instanceof Operand && condition[inside].scope !== scope)) {
    throw new TypeError(`The subquery of ${collection} speaks of \`doc\`: ${text}. Inside it, take the second parameter: (record, own) => ….`);
  }
  use(condition);
  return new Subquery(`SELECT ${field} FROM ${collection} WHERE ${text}`, new Set());
}

function textIn(condition: Truth): string {
  return condition instanceof Condition ? condition.text : condition[inside].text;
}

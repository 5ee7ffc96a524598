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
  /** The values of a field of the records, of another collection, that a condition holds for. */
  select<C extends Declared<S>, F extends keyof Doc<S, C> & string>(
    collection: C,
    field: F,
    where?: (record: Doc<S, C>) => Truth,
  ): Subquery<Doc<S, C>[F] extends Operand<infer T> ? T : never>;
}

/** What a rule about a document sees. */
export interface DocumentContext<S extends DeclaredSchema, C extends string> extends RuleContext<S> {
  /** The stored document; for `insert`, the document as it would be stored. */
  readonly doc: Doc<S, C>;
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
}

/** The rules of an app by its collections. */
export type RulesOf<S extends DeclaredSchema> = { [C in Declared<S>]?: CollectionRules<S, C> };

/** Rules as the server reads them. */
export type RuleTexts = Record<string, Record<string, string>>;

const operations = ['read', 'list', 'view', 'insert', 'update', 'delete', 'execute'];

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
    const own: Record<string, string> = {};
    for (const [operation, rule] of Object.entries<unknown>({ ...declared })) {
      const place = `The rule ${collection}.${operation}`;
      if (!operations.includes(operation)) {
        throw new TypeError(`${place} is for no operation; there are ${operations.join(', ')}.`);
      }
      own[operation] = textOf(place, rule);
    }
    texts[collection] = own;
  }
  return texts;
}

function textOf(place: string, rule: unknown): string {
  if (typeof rule !== 'function') throw new TypeError(`${place} is no function.`);
  const scope = {};
  const looksBefore = looks.count;
  const { result, unused } = watch(() => (rule as (context: object) => unknown)(contextOf(scope)));
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
  if (result instanceof Operand) return result[inside].text;
  if (result instanceof Condition) return result.text;
  throw new TypeError(`${place} returns ${String(result)}, which is no condition. Compare by eq(), ne() and the others; leave a rule out to refuse everybody.`);
}

function contextOf(scope: object): object {
  const doc = root('', scope);
  return {
    doc,
    old: root('old', scope),
    next: root('new', scope),
    auth: root('@request.auth'),
    request: requestParts(),
    select: subquery,
  };
}

function subquery(collection: string, field: string, where?: (record: never) => Truth): Subquery<never> {
  for (const name of [collection, field]) if (!/^\w+$/.test(name)) throw new TypeError(`"${name}" is no name.`);
  const scope = {};
  const condition = where?.(root<never>('', scope));
  if (condition === undefined) return new Subquery(`SELECT ${field} FROM ${collection}`, new Set());
  const text = condition instanceof Condition ? condition.text : condition[inside].text;
  // Inside a subquery a bare name is a field of its own records.
  if (condition instanceof Condition && [...condition.scopes].some((one) => one !== scope)) {
    throw new TypeError(`The subquery of ${collection} compares with a field of the document, which it cannot see: ${text}.`);
  }
  use(condition);
  return new Subquery(`SELECT ${field} FROM ${collection} WHERE ${text}`, new Set());
}

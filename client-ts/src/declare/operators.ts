// The functions that build the conditions of a rule. They describe; nothing here
// is run for a request.

import { literal, type FilterValue } from '../filter.ts';
import { Condition, inside, Operand, Subquery, textOf, type LooseOperand, type Truth, type Value } from './expression.ts';

/**
 * Both values are the same; an absent value equals only null.
 *
 * @example
 * ```ts
 * import { defineRules, eq } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc, auth }) => eq(doc.assignee, auth.id) } });
 * console.log(rules['tasks']?.['read']); // assignee = @request.auth.id
 * ```
 */
export function eq<T>(left: Operand<T>, right: Value<NoInfer<T>> | null): Condition {
  return compare(left, '=', right);
}

/**
 * The values differ.
 *
 * @example
 * ```ts
 * import { defineRules, ne } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => ne(doc.status, 'done') } });
 * console.log(rules['tasks']?.['read']); // status != "done"
 * ```
 */
export function ne<T>(left: Operand<T>, right: Value<NoInfer<T>> | null): Condition {
  return compare(left, '!=', right);
}

/**
 * The first is the smaller or earlier one.
 *
 * @example
 * ```ts
 * import { defineRules, lt, now } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => lt(doc.due, now) } });
 * console.log(rules['tasks']?.['read']); // due < @now
 * ```
 */
export function lt<T extends string | number | Date>(left: Operand<T> | LooseOperand, right: Value<NoInfer<T>>): Condition {
  return compare(left, '<', right);
}

/**
 * The first is not the larger or later one.
 *
 * @example
 * ```ts
 * import { defineRules, lte } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => lte(doc.estimate, 8) } });
 * console.log(rules['tasks']?.['read']); // estimate <= 8
 * ```
 */
export function lte<T extends string | number | Date>(left: Operand<T> | LooseOperand, right: Value<NoInfer<T>>): Condition {
  return compare(left, '<=', right);
}

/**
 * The first is the larger or later one.
 *
 * @example
 * ```ts
 * import { defineRules, gt, now } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => gt(doc.due, now) } });
 * console.log(rules['tasks']?.['read']); // due > @now
 * ```
 */
export function gt<T extends string | number | Date>(left: Operand<T> | LooseOperand, right: Value<NoInfer<T>>): Condition {
  return compare(left, '>', right);
}

/**
 * The first is not the smaller or earlier one.
 *
 * @example
 * ```ts
 * import { defineRules, gte } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => gte(doc.estimate, 1) } });
 * console.log(rules['tasks']?.['read']); // estimate >= 1
 * ```
 */
export function gte<T extends string | number | Date>(left: Operand<T> | LooseOperand, right: Value<NoInfer<T>>): Condition {
  return compare(left, '>=', right);
}

/**
 * The text has the other in it, whatever their letter case; with `%` it is a pattern.
 *
 * @example
 * ```ts
 * import { defineRules, contains } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => contains(doc.title, 'urgent') } });
 * console.log(rules['tasks']?.['read']); // title ~ "urgent"
 * ```
 */
export function contains(left: Operand<string> | LooseOperand, right: Operand<string> | LooseOperand | string): Condition {
  return compare(left, '~', right);
}

/**
 * The text begins with the other.
 *
 * @example
 * ```ts
 * import { defineRules, startsWith } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => startsWith(doc.title, 'Draft') } });
 * console.log(rules['tasks']?.['read']); // title ^ "Draft"
 * ```
 */
export function startsWith(left: Operand<string> | LooseOperand, right: Operand<string> | LooseOperand | string): Condition {
  return compare(left, '^', right);
}

/**
 * The text ends with the other.
 *
 * @example
 * ```ts
 * import { defineRules, endsWith } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => endsWith(doc.title, '!') } });
 * console.log(rules['tasks']?.['read']); // title $ "!"
 * ```
 */
export function endsWith(left: Operand<string> | LooseOperand, right: Operand<string> | LooseOperand | string): Condition {
  return compare(left, '$', right);
}

/**
 * The value is one of these, or one that a subquery finds.
 *
 * @example
 * ```ts
 * import { defineRules, oneOf } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => oneOf(doc.status, ['todo', 'doing']) } });
 * console.log(rules['tasks']?.['read']); // status IN ("todo", "doing")
 * ```
 */
export function oneOf<T>(left: Operand<T>, values: readonly Value<NoInfer<T>>[] | Subquery<NoInfer<T>>): Condition {
  return among(left, 'IN', values);
}

/**
 * The value is none of these.
 *
 * @example
 * ```ts
 * import { defineRules, noneOf } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => noneOf(doc.status, ['done']) } });
 * console.log(rules['tasks']?.['read']); // status NOT IN ("done")
 * ```
 */
export function noneOf<T>(left: Operand<T>, values: readonly Value<NoInfer<T>>[] | Subquery<NoInfer<T>>): Condition {
  return among(left, 'NOT IN', values);
}

/**
 * All of these hold.
 *
 * @example
 * ```ts
 * import { defineRules, and, eq } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => and(eq(doc.project.public, true), eq(doc.status, 'todo')) } });
 * console.log(rules['tasks']?.['read']); // project.public = true && status = "todo"
 * ```
 */
export function and(...conditions: readonly [Truth, ...Truth[]]): Condition {
  return join(conditions, ' && ');
}

/**
 * At least one of these holds.
 *
 * @example
 * ```ts
 * import { defineRules, eq, or } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc, auth }) => or(eq(doc.assignee, auth.id), doc.project.public) } });
 * console.log(rules['tasks']?.['read']); // assignee = @request.auth.id || project.public
 * ```
 */
export function or(...conditions: readonly [Truth, ...Truth[]]): Condition {
  return join(conditions, ' || ');
}

/**
 * It does not hold.
 *
 * @example
 * ```ts
 * import { defineRules, not } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => not(doc.project.public) } });
 * console.log(rules['tasks']?.['read']); // !(project.public)
 * ```
 */
export function not(condition: Truth): Condition {
  return new Condition(`!(${textOf(condition)})`, false, [condition]);
}

/**
 * Any of the values that a list, or a path through one, stands for.
 *
 * @example
 * ```ts
 * import { defineRules, any, eq } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => eq(any(doc.tags), 'bug') } });
 * console.log(rules['tasks']?.['read']); // tags ?= "bug"
 * ```
 */
export function any<T>(operand: Operand<T>): Operand<T> {
  const { text, scope } = operand[inside];
  return new Operand<T>(text, scope, true);
}

/**
 * The text in lower case.
 *
 * @example
 * ```ts
 * import { defineRules, eq, lower } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => eq(lower(doc.title), 'urgent') } });
 * console.log(rules['tasks']?.['read']); // lower(title) = "urgent"
 * ```
 */
export function lower(operand: Operand<string>): Operand<string> {
  const { text, scope, isAny } = operand[inside];
  return new Operand(`lower(${text})`, scope, isAny);
}

/**
 * A condition in the rule language itself, for what there is no function for.
 *
 * @example
 * ```ts
 * import { defineRules, raw } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: () => raw('@request.auth.verified = true') } });
 * console.log(rules['tasks']?.['read']); // @request.auth.verified = true
 * ```
 */
export function raw(text: string): Condition {
  return new Condition(text, true, []);
}

/**
 * A macro, such as `macro('has_role', 'admin')` for `@has_role("admin")`.
 *
 * @example
 * ```ts
 * import { defineRules, macro } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: () => macro('has_role', 'admin') } });
 * console.log(rules['tasks']?.['read']); // @has_role("admin")
 * ```
 */
export function macro(name: string, ...values: readonly FilterValue[]): Condition {
  if (!/^[a-z_]\w*$/i.test(name)) throw new TypeError(`"${name}" is no name of a macro.`);
  return new Condition(`@${name}(${values.map(literal).join(', ')})`, false, []);
}

/**
 * The moment of the request.
 *
 * @example
 * ```ts
 * import { defineRules, lt, now } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * const rules = defineRules(schema, { tasks: { read: ({ doc }) => lt(doc.created, now) } });
 * console.log(rules['tasks']?.['read']); // created < @now
 * ```
 */
export const now: Operand<Date> = new Operand('@now');

function compare(left: Operand<unknown>, operator: string, right: unknown): Condition {
  const isAny = left[inside].isAny || (right instanceof Operand && right[inside].isAny);
  return new Condition(`${textOf(left)} ${isAny ? '?' : ''}${operator} ${write(right)}`, false, [left, right]);
}

function among(left: Operand<unknown>, word: string, values: readonly unknown[] | Subquery<unknown>): Condition {
  if (values instanceof Subquery) return new Condition(`${textOf(left)} ${word} (${values.text})`, false, [left, values]);
  const list = values as readonly unknown[];
  if (list.length === 0) throw new TypeError('A list of a rule has at least one value.');
  return new Condition(`${textOf(left)} ${word} (${list.map(write).join(', ')})`, false, [left, ...list]);
}

function join(conditions: readonly Truth[], word: string): Condition {
  const [only] = conditions;
  if (conditions.length === 1 && only instanceof Condition) return only;
  const texts = conditions.map((one) => (one instanceof Condition && one.isLoose ? `(${one.text})` : textOf(one)));
  return new Condition(texts.join(word), conditions.length > 1, conditions);
}

function write(value: unknown): string {
  return value instanceof Operand ? textOf(value) : literal(value as FilterValue);
}

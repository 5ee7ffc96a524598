// Conditions of rules as TypeScript: built by functions, printed as the rule
// language. They describe; nothing here is run for a request.

import { literal, type FilterValue } from '../filter.ts';

/** Where an operand keeps what it is: no name of a field can be in its way. */
export const inside: unique symbol = Symbol('operand');
declare const carried: unique symbol;
declare const loose: unique symbol;

interface Inside {
  /** As the language writes it. */
  readonly text: string;
  /** Whose fields it is read from: the document's or, in a subquery, its record's. */
  readonly scope: object | undefined;
  /** Whether any of many values is enough. */
  readonly isAny: boolean;
}

/** A value that a rule speaks of: a field, something of the caller or the request. */
export class Operand<T> {
  readonly [inside]: Inside;
  declare readonly [carried]?: T;

  constructor(text: string, scope?: object, isAny = false) {
    this[inside] = { text, scope, isAny };
  }
}

/** A value whose type is not known, such as a part of the request or of JSON. */
export interface LooseOperand extends Operand<unknown> {
  readonly [loose]: true;
}

/** A condition of a rule. */
export class Condition {
  readonly text: string;
  /** Binds weaker than a comparison, so that it stands in parentheses inside others. */
  readonly isLoose: boolean;
  readonly scopes: ReadonlySet<object>;

  constructor(text: string, isLoose: boolean, parts: readonly unknown[]) {
    this.text = text;
    this.isLoose = isLoose;
    this.scopes = new Set(parts.flatMap(scopesOf));
    parts.forEach(use);
    made.add(this);
  }
}

/** A list of values that a rule finds in another collection. */
export class Subquery<T> {
  readonly text: string;
  /** What its condition speaks of that is not its own. */
  readonly scopes: ReadonlySet<object>;
  declare readonly [carried]?: T;

  constructor(text: string, scopes: ReadonlySet<object>) {
    this.text = text;
    this.scopes = scopes;
  }
}

/** What a field of type `T` can stand beside. */
export type Value<T> = Operand<T> | LooseOperand | (T extends Date ? Date | string : T);
/** What is true or false by itself. */
export type Truth = Condition | Operand<boolean>;

/** Conditions that are part of no other yet. */
const made = new Set<Condition>();

/** Says that a condition has become part of something. */
export function use(part: unknown): void {
  if (part instanceof Condition) made.delete(part);
}

/** Runs `build` and says which conditions it made and left unused, beside its result. */
export function watch<R>(build: () => R): { result: R; unused: Condition[] } {
  made.clear();
  const result = build();
  const unused = [...made].filter((condition) => condition !== result);
  made.clear();
  return { result, unused };
}

/** Both values are the same; an absent value equals only null. */
export function eq<T>(left: Operand<T>, right: Value<NoInfer<T>> | null): Condition {
  return compare(left, '=', right);
}

/** The values differ. */
export function ne<T>(left: Operand<T>, right: Value<NoInfer<T>> | null): Condition {
  return compare(left, '!=', right);
}

/** The first is the smaller or earlier one. */
export function lt<T extends string | number | Date>(left: Operand<T> | LooseOperand, right: Value<NoInfer<T>>): Condition {
  return compare(left, '<', right);
}

/** The first is not the larger or later one. */
export function lte<T extends string | number | Date>(left: Operand<T> | LooseOperand, right: Value<NoInfer<T>>): Condition {
  return compare(left, '<=', right);
}

/** The first is the larger or later one. */
export function gt<T extends string | number | Date>(left: Operand<T> | LooseOperand, right: Value<NoInfer<T>>): Condition {
  return compare(left, '>', right);
}

/** The first is not the smaller or earlier one. */
export function gte<T extends string | number | Date>(left: Operand<T> | LooseOperand, right: Value<NoInfer<T>>): Condition {
  return compare(left, '>=', right);
}

/** The text has the other in it, whatever their letter case; with `%` it is a pattern. */
export function contains(left: Operand<string> | LooseOperand, right: Operand<string> | LooseOperand | string): Condition {
  return compare(left, '~', right);
}

/** The text begins with the other. */
export function startsWith(left: Operand<string> | LooseOperand, right: Operand<string> | LooseOperand | string): Condition {
  return compare(left, '^', right);
}

/** The text ends with the other. */
export function endsWith(left: Operand<string> | LooseOperand, right: Operand<string> | LooseOperand | string): Condition {
  return compare(left, '$', right);
}

/** The value is one of these, or one that a subquery finds. */
export function oneOf<T>(left: Operand<T>, values: readonly Value<NoInfer<T>>[] | Subquery<NoInfer<T>>): Condition {
  return among(left, 'IN', values);
}

/** The value is none of these. */
export function noneOf<T>(left: Operand<T>, values: readonly Value<NoInfer<T>>[] | Subquery<NoInfer<T>>): Condition {
  return among(left, 'NOT IN', values);
}

/** All of these hold. */
export function and(...conditions: readonly [Truth, ...Truth[]]): Condition {
  return join(conditions, ' && ');
}

/** At least one of these holds. */
export function or(...conditions: readonly [Truth, ...Truth[]]): Condition {
  return join(conditions, ' || ');
}

/** It does not hold. */
export function not(condition: Truth): Condition {
  return new Condition(`!(${textOf(condition)})`, false, [condition]);
}

/** Any of the values that a list, or a path through one, stands for. */
export function any<T>(operand: Operand<T>): Operand<T> {
  const { text, scope } = operand[inside];
  return new Operand<T>(text, scope, true);
}

/** The text in lower case. */
export function lower(operand: Operand<string>): Operand<string> {
  const { text, scope, isAny } = operand[inside];
  return new Operand(`lower(${text})`, scope, isAny);
}

/** A condition in the rule language itself, for what there is no function for. */
export function raw(text: string): Condition {
  return new Condition(text, true, []);
}

/** A macro, such as `macro('has_role', 'admin')` for `@has_role("admin")`. */
export function macro(name: string, ...values: readonly FilterValue[]): Condition {
  if (!/^[a-z_]\w*$/i.test(name)) throw new TypeError(`"${name}" is no name of a macro.`);
  return new Condition(`@${name}(${values.map(literal).join(', ')})`, false, []);
}

/** The moment of the request. */
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

function textOf(part: Operand<unknown> | Condition): string {
  return part instanceof Condition ? part.text : part[inside].text;
}

function scopesOf(part: unknown): object[] {
  if (part instanceof Operand) return part[inside].scope ? [part[inside].scope] : [];
  return part instanceof Condition || part instanceof Subquery ? [...part.scopes] : [];
}

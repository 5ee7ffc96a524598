// What rules are described by: values, conditions, subqueries, each with its text
// in the rule language. The functions that join them are in `operators`.

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

/**
 * A value that a rule speaks of: a field, something of the caller or the request.
 *
 * @example
 * ```ts
 * import { now, Operand } from 'ringfence/declare';
 *
 * console.log(now instanceof Operand); // true
 * ```
 */
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

/**
 * A condition of a rule.
 *
 * @example
 * ```ts
 * import { Condition, lt, now } from 'ringfence/declare';
 *
 * const condition = lt(now, '2027-01-01');
 * console.log(condition instanceof Condition, condition.text); // true @now < "2027-01-01"
 * ```
 */
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

/**
 * A list of values that a rule finds in another collection.
 *
 * @example
 * ```ts
 * import { defineRules, eq, oneOf, Subquery } from 'ringfence/declare';
 * import { schema } from './app';
 *
 * defineRules(schema, {
 *   teams: {
 *     read: ({ doc, auth, select }) => {
 *       const mine = select('memberships', 'team', (m) => eq(m.user, auth.id));
 *       console.log(mine instanceof Subquery); // true
 *       return oneOf(doc.id, mine);
 *     },
 *   },
 * });
 * ```
 */
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

/** As the language writes it. */
export function textOf(part: Operand<unknown> | Condition): string {
  return part instanceof Condition ? part.text : part[inside].text;
}

function scopesOf(part: unknown): object[] {
  if (part instanceof Operand) return part[inside].scope ? [part[inside].scope] : [];
  return part instanceof Condition || part instanceof Subquery ? [...part.scopes] : [];
}

// `where`: conditions whose field, operator and value fit each other by type.

import { Filter, filter, literal, type FilterValue } from './filter.ts';
import type { FieldPath, ValueAt } from './result.ts';
import type { CollectionName, SchemaTypes } from './schema.ts';

/** Whether two values are the same; with `?`, whether any of many is. */
export type EqualityOperator = '=' | '!=' | '?=' | '?!=';
/** Which of two values comes first. */
export type OrderOperator = '<' | '<=' | '>' | '>=' | '?<' | '?<=' | '?>' | '?>=';
/** Contains (or, with `%`, a pattern), does not, starts with, ends with. */
export type TextOperator = '~' | '!~' | '^' | '$' | '?~' | '?!~' | '?^' | '?$';
/** Whether a value is one of a list. */
export type ListOperator = 'in' | 'not in';

type Single<T> = T extends readonly (infer E)[] ? E : T;

/** What a field of type `T` is compared with. */
export type Comparable<T> = unknown extends T
  ? FilterValue
  : Single<T> extends infer V
    ? V extends string
      ? string extends V
        ? string | Date
        : V
      : Extract<V, number | boolean>
    : never;

/** The operators that a field of type `T` knows. */
export type OperatorFor<T> = unknown extends T
  ? EqualityOperator | OrderOperator | TextOperator | ListOperator
  :
      | EqualityOperator
      | ListOperator
      | (Extract<Single<T>, string> extends never ? never : OrderOperator | TextOperator)
      | (Extract<Single<T>, number> extends never ? never : OrderOperator);

/** What stands on the other side of operator `O` from a field of type `T`. */
export type OperandFor<T, O> = O extends ListOperator
  ? readonly Comparable<T>[]
  : O extends TextOperator
    ? string
    : O extends EqualityOperator
      ? Comparable<T> | null
      : Comparable<T>;

/** Makes one condition on the records of a collection. */
export interface ConditionMaker<S extends SchemaTypes, C extends CollectionName<S>> {
  <P extends string, O extends OperatorFor<ValueAt<S, C, P>>>(
    path: FieldPath<S, C, P>,
    operator: O,
    value: OperandFor<ValueAt<S, C, P>, O>,
  ): Filter;
}

/** Fields and the values that they must have. */
export type Equalities<S extends SchemaTypes, C extends CollectionName<S>> = {
  readonly [F in keyof S[C]['record'] & string]?: Comparable<Exclude<S[C]['record'][F], undefined>> | null;
};

const path = /^@?[A-Za-z_][\w]*(?::\w+)?(?:\.\w+(?::\w+)?)*$/;
const operators = /^(?:\?)?(?:=|!=|<|<=|>|>=|~|!~|\^|\$)$/;

/** One condition as text. */
export function condition(field: string, operator: string, value: unknown): Filter {
  // INVARIANT: only names reach the text unquoted, whatever types were cast away.
  if (!path.test(field)) throw new TypeError(`"${field}" is no field and no path to one.`);
  if (operator === 'in' || operator === 'not in') return membership(field, operator, value as readonly FilterValue[]);
  if (!operators.test(operator)) throw new TypeError(`"${operator}" is no operator.`);
  return new Filter(`${field} ${operator} ${literal(value as FilterValue)}`);
}

/** All of these fields have these values; what is undefined is not asked. */
export function equalities(values: Readonly<Record<string, unknown>>): Filter[] {
  const asked = Object.entries(values).filter(([, value]) => value !== undefined);
  return asked.map(([field, value]) => condition(field, '=', value));
}

function membership(field: string, operator: 'in' | 'not in', values: readonly FilterValue[]): Filter {
  if (values.length === 0) return new Filter(operator === 'in' ? 'false' : 'true');
  return new Filter(`${field} ${operator === 'in' ? 'IN' : 'NOT IN'} ${filter`${values}`.text}`);
}

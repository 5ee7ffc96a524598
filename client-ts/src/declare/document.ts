// What a rule sees, by type and as it is built: the document, the caller, the
// request, records of other collections.

import { inside, Operand, type LooseOperand } from './expression.ts';
import type { DeclaredSchema, SystemField } from './schema.ts';

type FieldsOf<S, C> = C extends keyof S ? (S[C] extends { fields: infer F } ? F : never) : never;
type KeysWith<S, T> = { [C in keyof S]: S[C] extends T ? C : never }[keyof S] & string;

/** The names of the collections that a rule can speak of. */
export type Declared<S extends DeclaredSchema> = KeysWith<S, { fields: unknown }>;

/** The field's value as rules compare it. */
type FieldValue<F> = F extends { type: 'number' }
  ? number
  : F extends { type: 'bool' }
    ? boolean
    : F extends { type: 'date' | 'autodate' }
      ? Date
      : F extends { type: 'select'; values: readonly (infer V extends string)[] }
        ? V
        : string;

type FieldOperand<S extends DeclaredSchema, F> = F extends { type: 'relation'; collection: infer T extends string }
  ? Operand<string> & Doc<S, T>
  : F extends { type: 'json' | 'geo' }
    ? LooseOperand
    : Operand<FieldValue<F>>;

type BackRelations<S extends DeclaredSchema, C> = {
  readonly [O in Declared<S> as BackNames<S, O, C>]: Operand<string> & Doc<S, O>;
};
type BackNames<S extends DeclaredSchema, O extends string, C> = {
  [N in keyof FieldsOf<S, O> & string]: FieldsOf<S, O>[N] extends { type: 'relation'; collection: C } ? `${O}_via_${N}` : never;
}[keyof FieldsOf<S, O> & string];

/** A record of `C` as a rule sees it: every field, and what relations lead to. */
export type Doc<S extends DeclaredSchema, C extends string> = {
  readonly [N in keyof FieldsOf<S, C>]: FieldOperand<S, FieldsOf<S, C>[N]>;
} & {
  readonly [N in SystemField]: N extends 'created' | 'updated' ? Operand<Date> : Operand<string>;
} & (C extends KeysWith<S, { kind: 'auth' }>
    ? { readonly email: Operand<string>; readonly emailVisibility: Operand<boolean>; readonly verified: Operand<boolean> }
    : unknown) &
  BackRelations<S, C>;

/** Who calls. For somebody who is not signed in, everything of it is absent. */
export type Caller<S extends DeclaredSchema> = Doc<S, KeysWith<S, { kind: 'auth' }>> & {
  /** The collection that they signed in to. */
  readonly collection: Operand<string>;
};

/** The request that a rule decides about. */
export interface RequestParts {
  /** What was sent, by its name. */
  body(name: string): LooseOperand;
  /** A parameter of the address. */
  query(name: string): LooseOperand;
  /** A header, with `_` for `-`. */
  headers(name: string): LooseOperand;
  readonly method: Operand<string>;
  /** `default`, or what else the record is read or written for. */
  readonly context: Operand<string>;
}

/** The request as rules are built from it. */
export function requestParts(): RequestParts {
  const part = (prefix: string) => (name: string) => {
    looks.count += 1;
    return new Operand(`@request.${prefix}.${checkName(name)}`) as LooseOperand;
  };
  return {
    body: part('body'),
    query: part('query'),
    headers: part('headers'),
    method: new Operand('@request.method'),
    context: new Operand('@request.context'),
  };
}

/**
 * A value inside JSON.
 *
 * @example
 * ```ts
 * import { at, collection, defineRules, defineSchema, eq, json } from 'ringfence/declare';
 *
 * const schema = defineSchema({ posts: collection({ extra: json() }) });
 * const rules = defineRules(schema, { posts: { read: ({ doc }) => eq(at(doc.extra, 'kind'), 'open') } });
 * console.log(rules['posts']?.['read']); // extra.kind = "open"
 * ```
 */
export function at(operand: LooseOperand, ...path: readonly string[]): LooseOperand {
  const { text, scope, isAny } = operand[inside];
  return new Operand([text, ...path.map(checkName)].join('.'), scope, isAny) as LooseOperand;
}

function checkName(name: string): string {
  if (!/^\w+$/.test(name)) throw new TypeError(`"${name}" is no name.`);
  return name;
}

/** Counts what is looked at, so that a rule that looks and then says `true` is noticed. */
export const looks = { count: 0 };

/** Something whose properties are paths below `prefix`. */
export function root<T>(prefix: string, scope?: object): T {
  return below(prefix, scope) as T;
}

function below(path: string, scope: object | undefined): object {
  return new Proxy(new Operand(path, scope), {
    get(operand, name) {
      if (typeof name === 'symbol') return Reflect.get(operand, name) as unknown;
      looks.count += 1;
      return below(path === '' ? name : `${path}.${name}`, scope);
    },
  });
}

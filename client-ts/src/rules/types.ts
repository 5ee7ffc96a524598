// What the rule language takes and tells, as types alone.

/** A stretch of a text, in the units that JavaScript counts strings in. */
export interface Place {
  readonly start: number;
  /** One past its last unit. */
  readonly end: number;
}

/** One thing that is wrong with a rule or filter. Line and column count from 1, in characters. */
export interface Mistake extends Place {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to do, where there is something to say. */
  readonly hint: string | null;
}

/** A condition as it is written, before names mean anything. */
export type Expression = Place &
  (
    | { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[] }
    | { readonly kind: 'not'; readonly term: Expression }
    | {
        readonly kind: 'compare';
        readonly op: '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~' | '^' | '$';
        /** Written with `?`: one of many values is enough. */
        readonly any: boolean;
        readonly left: Term;
        readonly right: Term;
      }
    | { readonly kind: 'in'; readonly negated: boolean; readonly left: Term; readonly list: readonly Term[] }
    | {
        readonly kind: 'select';
        readonly negated: boolean;
        readonly left: Term;
        readonly field: string;
        readonly collection: string;
        readonly where: Expression | null;
      }
    | { readonly kind: 'null'; readonly negated: boolean; readonly operand: Term }
    | { readonly kind: 'test'; readonly operand: Term }
  );

/** A value in a condition as it is written. */
export type Term = Place &
  (
    | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
    | {
        readonly kind: 'path';
        /** Written with `@`. */
        readonly at: boolean;
        readonly names: readonly { readonly name: string; readonly modifiers: readonly string[] }[];
      }
    | { readonly kind: 'call'; readonly macro: boolean; readonly name: string; readonly args: readonly Term[] }
  );

/** What a text is for: the rule of an operation, a client's filter, or an administrator's. */
export type Purpose = 'list' | 'view' | 'insert' | 'update' | 'delete' | 'execute' | 'filter' | 'admin';

/** A record as it is on the wire. */
export type Fields = Readonly<Record<string, unknown>>;

/** An app: what its files in `schema/` and `rules/` say, by their names. */
export interface AppDeclaration {
  /** By collection, as `defineSchema` gives it or a TOML file has it. */
  readonly schema: Readonly<Record<string, object>>;
  /** By collection, as `defineRules` gives them or a TOML file has them; `_macros` are the app's own. */
  readonly rules?: Readonly<Record<string, object>>;
}

/**
 * What a rule is asked about. Records are as the server stores them, hidden fields
 * included where a rule reads them; a field that is left out is unset.
 */
export interface Question {
  /** Who asks; left out, nobody is signed in. */
  readonly caller?: { readonly collection: string; readonly record: Fields } | null;
  /** The stored record; of an insert the one that would be stored. */
  readonly document?: Fields;
  /** Of an update, the record as it would be stored; left out, `document` with `body` over it. */
  readonly next?: Fields;
  readonly body?: Fields;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The usual one of the operation, where it is left out. */
  readonly method?: string;
  /** `default`, where it is left out. */
  readonly context?: string;
  /** A moment in any form that the server takes; now, where it is left out. */
  readonly now?: Date | string;
  /** Other records that the rule may come to, by collection. What is not here does not exist. */
  readonly documents?: Readonly<Record<string, readonly Fields[]>>;
}

/** Why a rule holds or does not. */
export interface Explanation {
  readonly holds: boolean;
  /** The smallest clause that the answer follows from, without what is inside it. */
  readonly deciding: Clause;
  readonly tree: Clause;
}

/** A rule or a part of one, with what it came to. */
export interface Clause extends Place {
  readonly text: string;
  readonly holds: boolean;
  /** How its clauses are joined; null where it has none. */
  readonly joined: 'and' | 'or' | 'not' | null;
  /** What it compares: null where it is absent, an array where a path has many values. */
  readonly values: readonly { readonly text: string; readonly value: unknown }[];
  readonly clauses: readonly Clause[];
  /** What its parts alone do not tell. */
  readonly note: string | null;
}

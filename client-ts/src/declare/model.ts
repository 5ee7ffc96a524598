// A declared schema as data, word for word as the TOML files of `schema/` have it.
// What the words mean is the server's to say.

/** What a collection's records are for. */
export type CollectionKind = 'base' | 'auth';

/** What every type of field can be told. */
export interface FieldOptions {
  /** A record without it (or with its zero value) is refused. */
  required?: boolean;
  /** No two records may have the same value; unset ones do not count. */
  unique?: boolean;
  /** Unset is null, not the type's zero value. */
  nullable?: boolean;
  /** Never in a reply and never in a client's filter or sort; rules may use it. */
  hidden?: boolean;
  /** What a record gets that is created without it. */
  default?: unknown;
  /** The names it had before, the latest last. */
  renamed_from?: readonly string[] | string;
  /** When its type changes, values that do not fit the new one may be lost. */
  lossy?: boolean;
}

/** Lengths in characters. */
export interface TextOptions extends FieldOptions {
  min?: number;
  max?: number;
  /** A regular expression that the whole value must match. */
  pattern?: string;
}

/** Bounds of a number. */
export interface NumberOptions extends FieldOptions {
  integer?: boolean;
  min?: number;
  max?: number;
}

/** Bounds of a moment, such as `2026-11-20 10:00:00.000Z`. */
export interface DateOptions extends FieldOptions {
  min?: string;
  max?: string;
}

/** When the server sets a moment. */
export interface AutodateOptions extends FieldOptions {
  on_create?: boolean;
  on_update?: boolean;
}

/** One value, or with `many` a list of at most `max`. */
export interface ListOptions extends FieldOptions {
  many?: boolean;
  max?: number;
}

/** What may be chosen. */
export interface SelectOptions extends ListOptions {
  values: readonly string[];
}

/** Where a relation leads, and what becomes of this record when the other is deleted. */
export interface RelationOptions extends ListOptions {
  collection: string;
  on_delete?: 'cascade' | 'restrict' | 'set-null';
}

/** The largest text of a JSON value, in bytes. */
export interface JsonOptions extends FieldOptions {
  max?: number;
}

/** The shortest password. */
export interface PasswordOptions {
  min?: number;
}

/** One field, with its type. */
export type FieldDeclaration =
  | ({ type: 'text' } & TextOptions)
  | ({ type: 'number' } & NumberOptions)
  | ({ type: 'bool' | 'email' | 'url' | 'geo' } & FieldOptions)
  | ({ type: 'date' } & DateOptions)
  | ({ type: 'autodate' } & AutodateOptions)
  | ({ type: 'select' } & SelectOptions)
  | ({ type: 'json' } & JsonOptions)
  | ({ type: 'relation' } & RelationOptions)
  | ({ type: 'file' } & ListOptions)
  | ({ type: 'password' } & PasswordOptions);

/** The fields that an index is on, in their order. */
export interface IndexDeclaration {
  fields: readonly string[];
  unique?: boolean;
}

/** One collection. */
export interface CollectionDeclaration {
  kind?: CollectionKind;
  fields: Readonly<Record<string, FieldDeclaration>>;
  indexes?: readonly IndexDeclaration[];
  /** The names it had before, the latest last. */
  renamed_from?: readonly string[];
  /** Fields that may be lost with what they hold. */
  dropped?: readonly string[];
  /** Its id, where it should not follow from its first name. */
  id?: string;
}

/** The collections of an app by their names. */
export type SchemaDeclaration = Readonly<Record<string, CollectionDeclaration>>;

/** The types of fields there are. */
export const fieldTypes = [
  'text',
  'number',
  'bool',
  'email',
  'url',
  'date',
  'autodate',
  'select',
  'json',
  'relation',
  'geo',
  'file',
  'password',
] as const satisfies readonly FieldDeclaration['type'][];

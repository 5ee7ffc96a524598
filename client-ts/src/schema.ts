// What an app's collections look like to the type checker. Types only: the
// `Schema` that `ringfence types` writes has this shape.

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A point on the earth, in degrees. */
export interface GeoPoint {
  lon: number;
  lat: number;
}

/** A file that `uploadFile` of `ringfence/files` sent, for a field of the record that is written next. */
export interface Upload {
  /** Its id. */
  upload: string;
}

/** A relation that leads to at most one record of `C`. */
export interface One<C extends string> {
  to: C;
  many: false;
}

/** A relation that leads to any number of records of `C`. */
export interface Many<C extends string> {
  to: C;
  many: true;
}

/** What one collection consists of. */
export interface CollectionTypes {
  /** `auth` where its records are people who sign in. */
  kind: 'base' | 'auth';
  /** A record as it is read. */
  record: object;
  /** What creates a record. */
  insert: object;
  /** What changes a record. */
  update: object;
  /** Where `expand` and paths lead: relations, and back-relations as `comments_via_post`. */
  relations: Record<string, One<string> | Many<string>>;
}

/** The collections of an app by their names. */
export type SchemaTypes = Record<string, CollectionTypes>;

/** A record of which only the fields that every record has are known. */
export interface AnyRecord {
  id: string;
  collectionId: string;
  collectionName: string;
  created: string;
  updated: string;
  [field: string]: unknown;
}

/** The schema of a client that was given none: any collection, any field. */
export type AnySchema = Record<
  string,
  {
    kind: 'base' | 'auth';
    record: AnyRecord;
    insert: Record<string, unknown>;
    update: Record<string, unknown>;
    relations: Record<string, One<string> | Many<string>>;
  }
>;

/** The names of a schema's collections. */
export type CollectionName<S extends SchemaTypes> = keyof S & string;

/** The names of those collections whose records sign in. */
export type AuthCollectionName<S extends SchemaTypes> = {
  [C in CollectionName<S>]: 'auth' extends S[C]['kind'] ? C : never;
}[CollectionName<S>];

/** A person who signs in, as a record. */
export type UserRecord<S extends SchemaTypes> = S[AuthCollectionName<S>]['record'];

/** What signing up takes. */
export type UserInsert<S extends SchemaTypes> = S[AuthCollectionName<S>]['insert'] & { email: string; password: string };

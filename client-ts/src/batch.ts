// Many writes as one transaction: all of them happen or none.

import { apart, formOf } from './form.ts';
import { recordsPath } from './query.ts';
import type { CollectionName, SchemaTypes } from './schema.ts';
import { newKey, type Transport, type WriteOptions } from './transport.ts';

declare const result: unique symbol;

/** One write of a batch, which gives a `T` once the batch is sent. */
export interface Operation<T> {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: object;
  readonly [result]?: T;
}

/** What the operations of a batch give, in their order. */
export type Results<T extends readonly Operation<unknown>[]> = {
  [K in keyof T]: T[K] extends Operation<infer R> ? R : never;
};

/** Makes the operations of one collection. */
export interface CollectionOperations<S extends SchemaTypes, C extends CollectionName<S>> {
  create(values: S[C]['insert']): Operation<S[C]['record']>;
  update(id: string, values: S[C]['update']): Operation<S[C]['record']>;
  /** Updates the record of that id, or creates it. */
  upsert(values: S[C]['insert'] & { id: string }): Operation<S[C]['record']>;
  delete(id: string): Operation<null>;
}

/** Makes the operations of a batch. */
export interface BatchOperations<S extends SchemaTypes> {
  collection<C extends CollectionName<S>>(name: C): CollectionOperations<S, C>;
}

/** The operations of one collection. */
export function operationsOf<S extends SchemaTypes, C extends CollectionName<S>>(collection: C): CollectionOperations<S, C> {
  const url = (id?: string): string => `/api${recordsPath(collection, id)}`;
  return {
    create: (values) => ({ method: 'POST', url: url(), body: values }),
    update: (id, values) => ({ method: 'PATCH', url: url(id), body: values }),
    upsert: (values) => ({ method: 'PUT', url: url(), body: values }),
    delete: (id) => ({ method: 'DELETE', url: url(id) }),
  };
}

/** Sends operations as one transaction. */
export async function sendBatch<const T extends readonly Operation<unknown>[]>(
  transport: Transport,
  operations: T,
  options: WriteOptions = {},
): Promise<Results<T>> {
  const { idempotencyKey = newKey(), ...call } = options;
  if (operations.length === 0) return [] as unknown as Results<T>;
  const reply = await transport.send<{ body: unknown }[]>('POST', '/batch', {
    ...call,
    body: bodyOf(operations),
    idempotencyKey,
  });
  return reply.body.map((one) => one.body) as Results<T>;
}

/** JSON, or a form whose parts say which operation a file belongs to. */
function bodyOf(operations: readonly Operation<unknown>[]): object {
  const split = operations.map(({ body, ...rest }) => ({ rest, ...(body ? apart(body) : { json: undefined, files: [] }) }));
  const files = split.flatMap((one, index) => one.files.map(([name, file]) => [`requests.${index}.${name}`, file] as const));
  const requests = split.map(({ rest, json }) => (json ? { ...rest, body: json } : rest));
  return files.length === 0 ? { requests } : formOf({ requests }, files);
}

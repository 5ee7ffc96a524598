// Writing a collection, beside what a query reads of it.

import {
  operationsOf,
  sendBatch,
  type CollectionOperations,
  type Operation,
  type Results,
} from './batch.ts';
import { bodyOf } from './form.ts';
import { Query, wholeCollection } from './query.ts';
import type { CollectionName, SchemaTypes } from './schema.ts';
import { newKey, type Transport, type WriteOptions } from './transport.ts';
import type { Progress } from './upload.ts';

/** What creating takes beside the values. */
export interface CreateOptions extends WriteOptions {
  /** Is called while files are on their way; only browsers say so before the end. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** What changing and removing take. */
export interface ChangeOptions extends WriteOptions {
  /** The version that may be changed: a record as it was read, or an ETag. */
  ifMatch?: { updated: string } | string | undefined;
}

/** What updating takes beside the values. */
export interface UpdateOptions extends ChangeOptions {
  /** Is called while files are on their way; only browsers say so before the end. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * A collection of an app.
 *
 * @example
 * ```ts
 * const notes = client.collection('notes');
 * const owner = client.auth.user?.id ?? '';
 *
 * const note = await notes.create({ owner, title: 'Milk', color: 'yellow' });
 * await notes.update(note.id, { pinned: true }, { ifMatch: note });
 *
 * const pinned = await notes.where('pinned', '=', true).orderBy('-created').select('id', 'title').list();
 * console.log(pinned.items[0]?.title); // Milk
 *
 * for await (const one of notes.iterate()) console.log(one.title);
 * await notes.delete(note.id);
 * ```
 */
export class Collection<S extends SchemaTypes, C extends CollectionName<S>> extends Query<S, C> {
  constructor(transport: Transport, name: C) {
    super(transport, name, wholeCollection);
  }

  /** Stores a new record and gives it as it was stored. */
  async create(values: S[C]['insert'], options: CreateOptions = {}): Promise<S[C]['record']> {
    const { idempotencyKey = newKey(), ...call } = options;
    const body = bodyOf(values);
    return (await this.transport.send<S[C]['record']>('POST', this.path(), { ...call, body, idempotencyKey })).body;
  }

  /** Changes some fields of a record and gives it as it is now. */
  async update(id: string, values: S[C]['update'], options: UpdateOptions = {}): Promise<S[C]['record']> {
    const { ifMatch, idempotencyKey = newKey(), ...call } = options;
    const write = { ...call, body: bodyOf(values), idempotencyKey, headers: matching(ifMatch) };
    return (await this.transport.send<S[C]['record']>('PATCH', this.path(id), write)).body;
  }

  /** Changes the record of that id, or creates it. */
  async upsert(values: S[C]['insert'] & { id: string }, options: WriteOptions = {}): Promise<S[C]['record']> {
    const [record] = await sendBatch(this.transport, [operationsOf<S, C>(this.name).upsert(values)], options);
    return record;
  }

  /** Removes a record. */
  async delete(id: string, options: ChangeOptions = {}): Promise<void> {
    const { ifMatch, idempotencyKey = newKey(), ...call } = options;
    await this.transport.send('DELETE', this.path(id), { ...call, idempotencyKey, headers: matching(ifMatch) });
  }

  /** Several writes to this collection as one transaction. */
  batch<const T extends readonly Operation<unknown>[]>(
    build: (operations: CollectionOperations<S, C>) => T,
    options: WriteOptions = {},
  ): Promise<Results<T>> {
    return sendBatch(this.transport, build(operationsOf<S, C>(this.name)), options);
  }
}

/** The version as the server names it: the digits of the moment of the last change. */
function matching(ifMatch: ChangeOptions['ifMatch']): Record<string, string> {
  if (ifMatch === undefined) return {};
  return { 'if-match': typeof ifMatch === 'string' ? ifMatch : `"${ifMatch.updated.replace(/\D/g, '')}"` };
}

// Reading a collection: what to look for, in which order and shape, and the calls
// that fetch it. A query never changes; each step gives a new one.

import { condition, equalities, type ConditionMaker, type Equalities, type OperandFor, type OperatorFor } from './condition.ts';
import { all, Filter } from './filter.ts';
import { bodyOf } from './form.ts';
import type { ExpandPath, FieldPath, Result, SortKey, ValueAt } from './result.ts';
import type { CollectionName, SchemaTypes } from './schema.ts';
import { shapeParams } from './shape.ts';
import { newKey, type CallOptions, type Transport, type WriteOptions } from './transport.ts';

/** A page of a list, by number. */
export interface Page<T> {
  page: number;
  /** As asked for, or as many as the server gives at most. */
  perPage: number;
  /** -1 with `skipTotal`. */
  totalItems: number;
  /** -1 with `skipTotal`. */
  totalPages: number;
  items: T[];
}

/** Which page. */
export interface PageOptions extends CallOptions {
  /** From 1. */
  page?: number | undefined;
  perPage?: number | undefined;
  /** Spares the server the counting. */
  skipTotal?: boolean | undefined;
}

/** A part of a list, by cursor. */
export interface Part<T> {
  items: T[];
  /** Where the next part begins; null: this was the last. */
  cursor: string | null;
}

/** Which part. */
export interface PartOptions extends CallOptions {
  /** From the part before; null or left out: the first. */
  cursor?: string | null | undefined;
  /** The most records to give. */
  limit?: number | undefined;
}

/** How to walk through a list. */
export interface IterateOptions extends CallOptions {
  /** How many records are fetched at once. */
  limit?: number | undefined;
}

/** What a change of many records takes. */
export interface BulkOptions extends WriteOptions {
  /** Only says how many records would change. */
  dryRun?: boolean | undefined;
}

/** Where a query stands. */
export interface QueryState {
  readonly filters: readonly Filter[];
  readonly sort: readonly string[];
  readonly expand: readonly string[];
  readonly select: readonly string[];
}

/** The state of a query of everything. */
export const wholeCollection: QueryState = { filters: [], sort: [], expand: [], select: [] };

/**
 * What to read of a collection. Made by `client.collection()` and its steps.
 *
 * @example
 * ```ts
 * const mine = client.collection('notes').where('color', '=', 'red').orderBy('-created');
 * const pinned = mine.where('pinned', '=', true).expand('owner').select('title', 'owner.name');
 *
 * const page = await pinned.list({ page: 1, perPage: 20 });
 * console.log(page.totalItems, page.items[0]?.expand?.owner?.name);
 * console.log(await mine.count(), (await mine.first())?.title);
 * ```
 */
export class Query<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  E extends string = never,
  F extends string = never,
> {
  /** The collection's name. */
  readonly name: C;
  protected readonly transport: Transport;
  protected readonly state: QueryState;

  constructor(transport: Transport, name: C, state: QueryState) {
    this.transport = transport;
    this.name = name;
    this.state = state;
  }

  /** Only records of which this holds too: a comparison, fields and their values, or a filter. */
  where<P extends string, O extends OperatorFor<ValueAt<S, C, P>>>(
    path: FieldPath<S, C, P>,
    operator: O,
    value: OperandFor<ValueAt<S, C, P>, O>,
  ): Query<S, C, E, F>;
  where(condition: Filter | Equalities<S, C> | ((is: ConditionMaker<S, C>) => Filter)): Query<S, C, E, F>;
  where(first: unknown, operator?: string, value?: unknown): Query<S, C, E, F> {
    return this.#with({ filters: [...this.state.filters, ...filtersOf(first, operator, value)] });
  }

  /** In the order of these fields; `-` before one begins with the largest. */
  orderBy<P extends string>(...keys: SortKey<S, C, P>[]): Query<S, C, E, F> {
    return this.#with({ sort: [...this.state.sort, ...keys] });
  }

  /** With the records that these relations lead to, as `expand` of each record. */
  expand<P extends string>(...paths: ExpandPath<S, C, P>[]): Query<S, C, E | P, F> {
    return this.#with({ expand: [...this.state.expand, ...paths] }) as unknown as Query<S, C, E | P, F>;
  }

  /** Only these fields; a path such as `author.name` expands the relation too. */
  select<P extends string>(...fields: FieldPath<S, C, P>[]): Query<S, C, E, F | P> {
    return this.#with({ select: [...this.state.select, ...fields] }) as unknown as Query<S, C, E, F | P>;
  }

  /** One page, with the number of all records. */
  async list(options: PageOptions = {}): Promise<Page<Result<S, C, E, F>>> {
    const { page, perPage, skipTotal, ...call } = options;
    const query = { ...this.#params(), page, perPage, skipTotal: skipTotal || undefined };
    return (await this.transport.send<Page<Result<S, C, E, F>>>('GET', this.path(), { ...call, query })).body;
  }

  /** The part behind a cursor: stays right while others write. */
  async part(options: PartOptions = {}): Promise<Part<Result<S, C, E, F>>> {
    const { cursor, limit = 30, ...call } = options;
    const query = { ...this.#params(), cursor: cursor ?? undefined, limit };
    type Body = Page<Result<S, C, E, F>> & { cursor: string | null };
    const { body } = await this.transport.send<Body>('GET', this.path(), { ...call, query });
    // A part that is not full is the last one; its cursor would lead to nothing.
    return { items: body.items, cursor: body.items.length < body.perPage ? null : body.cursor };
  }

  /** One record after the other, fetched as they are needed. */
  async *iterate(options: IterateOptions = {}): AsyncGenerator<Result<S, C, E, F>, void, undefined> {
    const { limit = 200, ...call } = options;
    let cursor: string | null = null;
    do {
      const part: Part<Result<S, C, E, F>> = await this.part({ ...call, limit, cursor });
      yield* part.items;
      cursor = part.cursor;
    } while (cursor !== null);
  }

  /** All records at once, for lists that are known to be short. */
  async all(options: IterateOptions = {}): Promise<Result<S, C, E, F>[]> {
    const records: Result<S, C, E, F>[] = [];
    for await (const record of this.iterate(options)) records.push(record);
    return records;
  }

  /** The first record; null: there is none. */
  async first(options: CallOptions = {}): Promise<Result<S, C, E, F> | null> {
    return (await this.list({ ...options, perPage: 1, skipTotal: true })).items[0] ?? null;
  }

  /** How many records there are. */
  async count(options: CallOptions = {}): Promise<number> {
    const { filter } = this.#params();
    const reply = await this.transport.send<{ totalItems: number }>('GET', `${this.path()}/count`, {
      ...options,
      query: { filter },
    });
    return reply.body.totalItems;
  }

  /** The record of that id; it is a `not_found` error if there is none that you may see. */
  async get(id: string, options: CallOptions = {}): Promise<Result<S, C, E, F>> {
    if (this.state.filters.length > 0) throw new TypeError('get() reads by id alone; use first() with where().');
    const query = shapeParams(this.state.expand, this.state.select);
    return (await this.transport.send<Result<S, C, E, F>>('GET', this.path(id), { ...options, query })).body;
  }

  /** Changes all of these records alike, or none; gives how many. */
  updateAll(values: S[C]['update'], options: BulkOptions = {}): Promise<number> {
    return this.#bulk('PATCH', options, bodyOf(values));
  }

  /** Removes all of these records, or none; gives how many. */
  deleteAll(options: BulkOptions = {}): Promise<number> {
    return this.#bulk('DELETE', options);
  }

  /** The path of the records, or of one. */
  protected path(id?: string): string {
    return recordsPath(this.name, id);
  }

  async #bulk(method: 'PATCH' | 'DELETE', options: BulkOptions, body?: object): Promise<number> {
    const { dryRun, idempotencyKey = newKey(), ...call } = options;
    const { filter } = this.#params();
    if (filter === undefined) throw new TypeError(`Say where() first; where(rawFilter('true')) means all records.`);
    const query = { filter, dryRun: dryRun || undefined };
    const write = { ...call, query, body, idempotencyKey };
    return (await this.transport.send<{ totalItems: number }>(method, this.path(), write)).body.totalItems;
  }

  #with(change: Partial<QueryState>): Query<S, C, E, F> {
    return new Query<S, C, E, F>(this.transport, this.name, { ...this.state, ...change });
  }

  #params(): { filter: string | undefined; sort: string | undefined; expand: string | undefined; fields: string | undefined } {
    const { filters, sort, expand, select } = this.state;
    return {
      filter: filters.length === 0 ? undefined : all(...filters).text,
      sort: sort.length === 0 ? undefined : sort.join(','),
      ...shapeParams(expand, select),
    };
  }
}

/** The path of a collection's records, or of one. */
export function recordsPath(collection: string, id?: string): string {
  const path = `/collections/${encodeURIComponent(collection)}/records`;
  if (id === undefined) return path;
  // An empty id would ask for all of them.
  if (id === '') throw new TypeError('The id of the record is empty.');
  return `${path}/${encodeURIComponent(id)}`;
}

function filtersOf(first: unknown, operator: string | undefined, value: unknown): Filter[] {
  if (first instanceof Filter) return [first];
  if (typeof first === 'string') return [condition(first, operator ?? '', value)];
  if (typeof first === 'function') return [(first as (is: typeof condition) => Filter)(condition)];
  return equalities(first as Record<string, unknown>);
}

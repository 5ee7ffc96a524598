// Puts the parts of a client together.

import { Auth, exchange } from './auth.ts';
import { sendBatch, operationsOf, type BatchOperations, type Operation, type Results } from './batch.ts';
import { Collection } from './collection.ts';
import type { AnySchema, AuthCollectionName, SchemaTypes } from './schema.ts';
import { Session } from './session.ts';
import { browserStorage, memoryStorage, type SessionStorage } from './storage.ts';
import { Transport, type Reply, type SendOptions, type WriteOptions } from './transport.ts';

/** What a client can be told. */
export interface ClientOptions<S extends SchemaTypes = AnySchema> {
  /** With `app`: an app by the slugs of its realm and itself; without both, the default app. */
  realm?: string | undefined;
  app?: string | undefined;
  /** The collection that people sign in to; `users` if left out. */
  users?: AuthCollectionName<S> | undefined;
  /** Where the session is kept; the browser's `localStorage`, or memory elsewhere. */
  storage?: SessionStorage | undefined;
  /** A token that takes the place of a session, for servers and administrators. */
  token?: string | (() => string | Promise<string>) | undefined;
  /** The longest that a call may take, 30 seconds if left out. Files have no limit. */
  timeoutMs?: number | undefined;
  /** How often a call that failed in passing is tried again, 2 if left out. */
  retries?: number | undefined;
  /** The longest first pause before that, 300 ms if left out; it doubles each time. */
  retryDelayMs?: number | undefined;
  /** Go with every call. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Takes the place of the platform's `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** A client of one app. */
export interface Client<S extends SchemaTypes = AnySchema> {
  /** The address that all paths follow. */
  readonly base: string;
  /** Who is signed in. */
  readonly auth: Auth<S>;
  /** A collection, to read and to write. */
  collection<C extends keyof S & string>(name: C): Collection<S, C>;
  /** Several writes as one transaction: all of them happen or none. */
  batch<const T extends readonly Operation<unknown>[]>(
    build: (operations: BatchOperations<S>) => T,
    options?: WriteOptions,
  ): Promise<Results<T>>;
  /** Any call on the app, with the token, the retries and the errors of all others. */
  send<T>(method: string, path: string, call?: SendOptions): Promise<Reply<T>>;
  /** Stops listening to other tabs. */
  close(): void;
}

/**
 * A client of the app at an address. Give it the `Schema` that `ringfence types`
 * wrote, and everything it reads and writes is checked.
 *
 * @example
 * ```ts
 * import { createClient } from 'ringfence';
 *
 * const own = createClient('http://localhost:8787', { timeoutMs: 10_000 });
 * const { items } = await own.collection('projects').where('public', '=', true).list();
 * console.log(items.length);
 * ```
 */
export function createClient<S extends SchemaTypes = AnySchema>(url: string, options: ClientOptions<S> = {}): Client<S> {
  const base = baseOf(url, options.realm, options.app);
  const { token } = options;
  const transport = new Transport(base, {
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 2,
    retryDelayMs: options.retryDelayMs ?? 300,
    headers: options.headers ?? {},
    token: typeof token === 'string' ? () => token : token,
  });
  const users = options.users ?? 'users';
  const kept = options.storage ?? browserStorage();
  const session = new Session(`ringfence:${base}:${users}`, kept ?? memoryStorage(), kept !== undefined, (refreshToken) =>
    exchange(transport, users, refreshToken),
  );
  transport.session = session;
  return {
    base,
    auth: new Auth<S>(transport, session, users),
    collection: (name) => new Collection(transport, name),
    batch: (build, batchOptions) =>
      sendBatch(transport, build({ collection: (name) => operationsOf(name) }), batchOptions),
    send: (method, path, call) => transport.send(method, path, call),
    close: () => session.close(),
  };
}

function baseOf(url: string, realm: string | undefined, app: string | undefined): string {
  const origin = url.replace(/\/+$/, '').replace(/\/api$/, '');
  if (!realm && !app) return `${origin}/api`;
  if (!realm || !app) throw new TypeError('Give both realm and app, or neither for the default app.');
  return `${origin}/api/realms/${encodeURIComponent(realm)}/apps/${encodeURIComponent(app)}`;
}

// The session of whoever is signed in: kept, shared between tabs, refreshed once
// however many requests wait for it. How a session begins is for `auth`.

import { isError } from './errors.ts';
import { exclusively, isSpent, pause, spend, type SessionStorage } from './storage.ts';

/** What signing in gives. */
export interface SessionData {
  /** Goes with every request, for some minutes. */
  token: string;
  /** Is exchanged for the next token, once. */
  refreshToken: string;
  /** When the token expires, in milliseconds since 1970 by this machine's clock. */
  expiresAt: number;
  /** The person, as they see themselves. */
  record: object;
}

/** How early a token is refreshed, so that none expires on its way. */
const EARLY_MS = 30_000;

/** Holds a session. */
export class Session {
  /** The session as it stands; null: nobody is signed in. */
  current: SessionData | null = null;
  /** When what was stored is read. */
  readonly ready: Promise<void>;
  readonly #key: string;
  readonly #storage: SessionStorage;
  readonly #isShared: boolean;
  readonly #channel: BroadcastChannel | undefined;
  readonly #exchange: (refreshToken: string) => Promise<SessionData>;
  readonly #listeners = new Set<() => void>();
  #renewing: Promise<boolean> | undefined;
  /** When the storage has what was set here. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(
    key: string,
    storage: SessionStorage,
    isShared: boolean,
    exchange: (refreshToken: string) => Promise<SessionData>,
  ) {
    this.#key = key;
    this.#storage = storage;
    this.#exchange = exchange;
    this.#isShared = isShared;
    this.#channel = isShared ? openChannel(key, (text) => void this.#follow(text)) : undefined;
    const stored = storage.getItem(key);
    if (typeof stored === 'string') this.current = parse(stored);
    this.ready = stored instanceof Promise ? this.#reload() : Promise.resolve();
  }

  /** Calls back whenever somebody signs in or out, here or in another tab. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Begins, replaces or ends the session, for all who share it. */
  async set(session: SessionData | null): Promise<void> {
    const before = this.current;
    this.#put(session);
    const writing = this.#written.then(() => this.#write(before, session));
    this.#written = writing.catch(() => undefined);
    await writing;
  }

  async #write(before: SessionData | null, session: SessionData | null): Promise<void> {
    if (before && before.refreshToken !== session?.refreshToken && this.#channel) await spend(before.refreshToken);
    const text = session && JSON.stringify(session);
    if (text) await this.#storage.setItem(this.#key, text);
    else await this.#storage.removeItem(this.#key);
    // With the text: it may arrive before the storage shows it to others.
    this.#channel?.postMessage(text);
  }

  /** Keeps the record as it was read again, if its person is still who is signed in. */
  async keep(record: object): Promise<void> {
    await exclusively(this.#key, async () => {
      // Another tab may have refreshed: what it wrote stays.
      if (this.#isShared) await this.#catchUp();
      if (this.current && isSamePerson(this.current.record, record)) await this.set({ ...this.current, record });
    });
  }

  /** A token that is good for a while, refreshed if need be; undefined: signed out. */
  async token(): Promise<string | undefined> {
    await this.ready;
    const session = this.current;
    if (!session || session.expiresAt - Date.now() > EARLY_MS) return session?.token;
    try {
      await this.renew(session.token);
    } catch (error) {
      // It may be early still: then the token that there is will do.
      if (session.expiresAt <= Date.now()) throw error;
    }
    return this.current?.token;
  }

  /** Replaces the stale token by a new one; false: there is no session any more. */
  renew(stale: string): Promise<boolean> {
    const spent = this.current?.refreshToken;
    this.#renewing ??= exclusively(this.#key, () => this.#renew(stale, spent)).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Stops listening to other tabs. */
  close(): void {
    this.#channel?.close();
    this.#listeners.clear();
  }

  async #renew(stale: string, spent: string | undefined): Promise<boolean> {
    // Another tab may have done it while this one waited its turn.
    if (this.#isShared) await this.#catchUp();
    const session = this.current;
    if (!session) return false;
    // Two access tokens of one second may be the same text; no two refresh tokens are.
    if (session.token !== stale || session.refreshToken !== spent) return true;
    try {
      const next = await this.#exchange(session.refreshToken);
      // Who signed out meanwhile stays signed out.
      if (this.current?.refreshToken !== session.refreshToken) return this.current !== null;
      await this.set(next);
      return true;
    } catch (error) {
      if (!isError(error, 'invalid_token')) throw error;
      if (this.current?.refreshToken === session.refreshToken) await this.set(null);
      return false;
    }
  }

  // INVARIANT: a refresh token is exchanged once. What another tab wrote may arrive
  // here after its lock is released; until then the storage still has the spent token.
  async #catchUp(): Promise<void> {
    for (;;) {
      await this.#written;
      const known = this.current;
      const stored = parse(await this.#storage.getItem(this.#key));
      const isNew = stored && !(await isSpent(stored.refreshToken));
      // Who signed in or out here meanwhile has the last word.
      if (this.current !== known) continue;
      if (isNew) this.#put(stored);
      if (!this.current || !(await isSpent(this.current.refreshToken))) return;
      // Not `pause`: a program must not end while a call of it waits here.
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  // INVARIANT: nobody takes over what their own storage does not hold. Clients whose
  // storages are not one, such as those of two people on a server, hear each other too.
  async #follow(text: string | null): Promise<void> {
    for (const ms of [0, 50, 250, 1000]) {
      if (ms > 0) await pause(ms);
      if ((await this.#storage.getItem(this.#key)) === text) return this.#put(parse(text));
    }
  }

  async #reload(): Promise<void> {
    this.#put(parse(await this.#storage.getItem(this.#key)));
  }

  #put(session: SessionData | null): void {
    const isSame = session?.token === this.current?.token && session?.record === this.current?.record;
    this.current = session;
    if (!isSame) for (const listener of this.#listeners) listener();
  }
}

function parse(stored: string | null): SessionData | null {
  try {
    const session = JSON.parse(stored ?? 'null') as SessionData | null;
    return typeof session?.token === 'string' ? session : null;
  } catch {
    return null;
  }
}

function isSamePerson(one: { id?: unknown }, other: { id?: unknown }): boolean {
  return one.id === other.id;
}

function openChannel(key: string, changed: (text: string | null) => void): BroadcastChannel | undefined {
  if (typeof BroadcastChannel === 'undefined') return undefined;
  // Outside pages a channel keeps the program from ending: Node and Bun let go of it
  // below, Deno cannot.
  const isPage = 'window' in globalThis || 'importScripts' in globalThis;
  if (!isPage && !('unref' in BroadcastChannel.prototype)) return undefined;
  const channel = new BroadcastChannel(key);
  channel.onmessage = ({ data }: MessageEvent<string | null>) => changed(data);
  (channel as { unref?: () => void }).unref?.();
  return channel;
}

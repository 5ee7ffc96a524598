// Signing up, in and out with an email and a password. Other ways of signing in
// end in `begin` as this one does.

import { bodyOf } from './form.ts';
import { recordsPath } from './query.ts';
import type { SchemaTypes, UserInsert, UserRecord } from './schema.ts';
import type { Session, SessionData } from './session.ts';
import type { CallOptions, Transport } from './transport.ts';

/** What the server answers whoever signs in. */
export interface SignedIn {
  token: string;
  refreshToken: string;
  /** Seconds until the token expires. */
  expiresIn: number;
  record: object;
}

/** How people can sign in. */
export interface AuthMethods {
  password: { enabled: boolean; identityFields: string[] };
  oauth2: { enabled: boolean; providers: unknown[] };
  mfa: { enabled: boolean; duration: number };
  otp: { enabled: boolean; duration: number };
}

/**
 * Who is signed in, and how that changes.
 *
 * @example
 * ```ts
 * import { createClient } from 'ringfence';
 *
 * const visitor = createClient('http://localhost:8787');
 * const stop = visitor.auth.onChange((user) => console.log(user ? `hello ${user.name}` : 'bye'));
 *
 * const email = `eve-${Date.now()}@example.com`;
 * await visitor.auth.signUp({ email, password: 'correct horse', name: 'Eve', role: 'member' });
 * await visitor.auth.signOut();
 * await visitor.auth.signIn(email, 'correct horse');
 * stop();
 * ```
 */
export class Auth<S extends SchemaTypes> {
  /** When a session of an earlier visit is read; at once, unless its storage is asynchronous. */
  readonly ready: Promise<void>;
  readonly #transport: Transport;
  readonly #session: Session;
  readonly #users: string;

  constructor(transport: Transport, session: Session, users: string) {
    this.#transport = transport;
    this.#session = session;
    this.#users = users;
    this.ready = session.ready;
  }

  /** Who is signed in, as they see themselves; null: nobody. */
  get user(): UserRecord<S> | null {
    return (this.#session.current?.record as UserRecord<S> | undefined) ?? null;
  }

  /** The access token as it stands, perhaps expired; null: nobody is signed in. */
  get token(): string | null {
    return this.#session.current?.token ?? null;
  }

  /** Calls back when somebody signs in or out or their record changes; gives a function that ends this. */
  onChange(listener: (user: UserRecord<S> | null) => void): () => void {
    return this.#session.listen(() => listener(this.user));
  }

  /** Creates a user and signs them in. */
  async signUp(values: UserInsert<S>, options: CallOptions = {}): Promise<UserRecord<S>> {
    // No key: a reply with tokens is never given a second time.
    const reply = await this.#transport.send<SignedIn>('POST', `/auth/${this.#users}/register`, {
      ...options,
      body: bodyOf(values),
      withToken: false,
    });
    return this.begin(reply.body);
  }

  /** Signs in; an `invalid_credentials` error if email and password do not belong together. */
  async signIn(email: string, password: string, options: CallOptions = {}): Promise<UserRecord<S>> {
    const reply = await this.#transport.send<SignedIn>('POST', `/auth/${this.#users}/login`, {
      ...options,
      body: { identity: email, password },
      withToken: false,
    });
    return this.begin(reply.body);
  }

  /** Begins a session from what the server answered, whichever way of signing in it was. */
  async begin(signedIn: SignedIn): Promise<UserRecord<S>> {
    await this.#session.set(sessionOf(signedIn));
    return signedIn.record as UserRecord<S>;
  }

  /** Signs out, here and in the other tabs, and ends the session at the server. */
  async signOut(options: CallOptions = {}): Promise<void> {
    await this.#session.ready;
    const session = this.#session.current;
    await this.#session.set(null);
    if (!session) return;
    const body = { refreshToken: session.refreshToken };
    await this.#transport.send('POST', `/auth/${this.#users}/logout`, { ...options, body, withToken: false });
  }

  /** Exchanges the token now; false: nobody is signed in any more. Calls do so by themselves. */
  async refresh(): Promise<boolean> {
    await this.#session.ready;
    const session = this.#session.current;
    return session ? this.#session.renew(session.token) : false;
  }

  /** Reads the signed-in person's own record again. */
  async reload(options: CallOptions = {}): Promise<UserRecord<S>> {
    const reply = await this.#transport.send<UserRecord<S>>('GET', `/auth/${this.#users}/me`, options);
    await this.#session.keep(reply.body);
    return reply.body;
  }

  /** How people can sign in. */
  async methods(options: CallOptions = {}): Promise<AuthMethods> {
    const path = recordsPath(this.#users).replace(/records$/, 'auth-methods');
    return (await this.#transport.send<AuthMethods>('GET', path, { ...options, withToken: false })).body;
  }
}

/** Exchanges a refresh token for the next session. */
export async function exchange(transport: Transport, users: string, refreshToken: string): Promise<SessionData> {
  const reply = await transport.send<SignedIn>('POST', `/auth/${users}/refresh`, { body: { refreshToken }, withToken: false });
  return sessionOf(reply.body);
}

function sessionOf({ token, refreshToken, expiresIn, record }: SignedIn): SessionData {
  return { token, refreshToken, record, expiresAt: Date.now() + expiresIn * 1000 };
}

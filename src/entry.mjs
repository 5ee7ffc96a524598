// The JavaScript that the platform needs, and nothing else: the object classes,
// the waiting between two calls into Wasm, and the guard that turns a panic into
// an answer. What a request means is decided in Rust.

import { DurableObject } from 'cloudflare:workers';
import module from '../dist/ringfence_bg.wasm';
import * as rust from '../dist/ringfence.js';
import { hasBytes, passBytes, workInBucket } from './files.mjs';
import { bodyOf, headOf, requestIdOf } from './request.mjs';

const HASHES_WAITING = 100;
const BETWEEN_HASHES_MS = 10;
const SYSTEM = 'system';
const DEFAULT_APP = 'default/default';
const REMEMBERED = 10_000;
const REMEMBERED_MS = 30_000;

rust.initSync({ module });
let generation = 0;

const logError = (cause) => console.error(JSON.stringify({ level: 'error', cause: String(cause?.stack ?? cause) }));

// Gives undefined when it failed.
// INVARIANT: after a trap nothing of that Wasm instance runs again: it is replaced,
// and every object opens its core anew. Rust itself throws plain Errors only.
function guarded(call) {
  try {
    return call();
  } catch (error) {
    logError(error);
    if (error?.constructor !== Error) {
      generation += 1;
      rust.__wbg_reset_state();
    }
    return undefined;
  }
}

// What an object waits for: `wait` is the name of its method that does.
class Pause {
  constructor(wait, what, number) {
    this.wait = wait;
    this.what = what;
    this.number = number;
  }
}

// A Response copies its headers, so that these are set for each before it is made:
// that costs less than a plain object, and less than setting them on the Response.
// As JSON and `nosniff` nothing of a reply runs in a browser: it needs no policy.
const ownHeaders = new Headers({
  'content-type': 'application/json',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
});

const headersSet = new Set();

function setHeader(name, value) {
  if (value !== undefined) {
    ownHeaders.set(name, String(value));
    headersSet.add(name);
  } else if (headersSet.delete(name)) {
    ownHeaders.delete(name);
  }
}

// What Rust calls to make the values that it hands back.
const shell = {
  reply(status, before, kept, after, etag, retryAfter, requestId) {
    const isEmpty = status === 204 || status === 304;
    const text = (before ?? '') + (kept ?? '') + (after ?? '');
    setHeader('x-request-id', requestId);
    setHeader('etag', etag);
    setHeader('retry-after', retryAfter);
    return new Response(isEmpty ? null : text, { status, headers: ownHeaders });
  },
  hash: (jobs, number) => new Pause('hash', jobs, number),
  bucket: (job, number) => new Pause('work', job, number),
  front: (task) => JSON.parse(task),
  preflight: () =>
    new Response(null, {
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, HEAD, POST, PATCH, PUT, DELETE',
        'access-control-allow-headers': '*, Authorization',
        'access-control-max-age': '86400',
      },
    }),
  system: () => ({ isSystem: true }),
  app: (realm, app) => ({ realm, app }),
};

// Pages of other origins may read the reply. Others are not told so: each header
// costs as much as a lookup by index. No reply is cached, so none needs a Vary.
function allowOrigin(request, response) {
  if (request.headers.has('origin') && !response.headers.has('access-control-allow-origin')) {
    response.headers.set('access-control-allow-origin', '*');
    response.headers.set('access-control-expose-headers', 'ETag, Retry-After, X-Request-Id');
  }
  return response;
}

class CoreObject extends DurableObject {
  #core;
  #generation = -1;
  #readsHeaders = false;

  call(work) {
    return guarded(() => {
      if (this.#generation !== generation) {
        this.#core = this.open();
        this.after(this.#core);
        this.#readsHeaders = this.#core.reads_headers?.() ?? false;
        this.#generation = generation;
      }
      return work(this.#core);
    });
  }

  /** The id behind a slug, or null. */
  find(slug) {
    const id = this.call((core) => core.find(slug) ?? null);
    if (id === undefined) throw new Error('the slug could not be looked up');
    return id;
  }

  // A read that waits for nothing is answered within this call: a promise costs as much
  // as finding the record. What a GET brings along is nobody's, and is not read.
  fetch(request) {
    const requestId = requestIdOf(request);
    if (request.method !== 'GET') return this.#write(request, requestId);
    const first = this.#handle(request, requestId, '', {}, false);
    if (first instanceof Pause) return this.#later(request, requestId, first);
    return allowOrigin(request, this.#answered(first, requestId));
  }

  async #write(request, requestId) {
    const type = request.headers.get('content-type') ?? '';
    const body = await bodyOf(request, type);
    if (body.refusal !== undefined) return allowOrigin(request, rust.refuse(shell, body.refusal, requestId));
    const first = this.#handle(request, requestId, type, body, true);
    return this.#later(request, requestId, first);
  }

  async #later(request, requestId, first) {
    return allowOrigin(request, await this.answer(first, requestId));
  }

  #handle(request, requestId, type, { bytes, form }, isWrite) {
    return this.call((core) => {
      const head = headOf(request, requestId, type, this.#readsHeaders);
      const answer = core.handle(shell, head, bytes, form, Date.now());
      if (isWrite) this.after(core);
      return answer;
    });
  }

  #answered(answer, requestId) {
    return answer ?? rust.refuse(shell, rust.Refusal.Broken, requestId);
  }

  // Waits for as long as the core pauses; gives what it answers in the end.
  async answer(answer, requestId) {
    while (answer instanceof Pause) {
      const { wait, what, number } = answer;
      const pausedIn = generation;
      const outcome = await this[wait](what);
      if (pausedIn !== generation) return rust.refuse(shell, rust.Refusal.Unreachable, requestId);
      answer = this.call((core) => {
        const next = core.resume(shell, number, outcome);
        this.after(core);
        return next;
      });
    }
    return this.#answered(answer, requestId);
  }

  // In the same turn as a write, or as a migration, and so in its transaction.
  after() {}

  async hash(jobs) {
    try {
      const outcomes = await this.env.HASHER.getByName(this.ctx.id.name).hash(jobs);
      return outcomes ?? jobs.map(() => undefined);
    } catch (error) {
      logError(error);
      return jobs.map(() => null);
    }
  }

  // Gives JSON, or undefined when it failed.
  async work(job) {
    try {
      return JSON.stringify(await workInBucket(this.env.FILES, JSON.parse(job)));
    } catch (error) {
      logError(error);
      return undefined;
    }
  }
}

export class SystemObject extends CoreObject {
  open() {
    return new rust.SystemCore(this.ctx.storage, this.env);
  }
}

export class RealmObject extends CoreObject {
  open() {
    return new rust.RealmCore(this.ctx.storage);
  }
}

export class AppObject extends CoreObject {
  open() {
    return new rust.AppCore(this.ctx.storage, this.env, this.ctx.id.name);
  }

  after(core) {
    const at = core.sweep_at(Date.now());
    if (at !== undefined) this.ctx.storage.setAlarm(at);
  }

  /** For the front, which has the bytes of a request: the reply, or what to do with them. */
  decide(head, form) {
    return this.#ask((core) => core.handle(shell, head, undefined, form, Date.now()));
  }

  /** As `decide`, once the front has put the bytes of a request into the bucket. */
  stored(head, key, etag, type) {
    return this.#ask((core) => core.stored(shell, head, key, etag, type, Date.now()));
  }

  // The alarm after this one is set by `after`, as any other.
  async alarm() {
    const done = await this.#ask((core) => core.sweep(shell, Date.now()));
    if (!done.ok) throw new Error('the files could not be swept');
  }

  #ask(work) {
    const first = this.call((core) => {
      const answer = work(core);
      this.after(core);
      return answer;
    });
    return this.answer(first, '');
  }
}

// Argon2 runs here, so that no other object waits behind it, an object of these for
// each that has passwords. One at a time: before each, whoever shares the thread has
// a turn; and a line that grows too long is refused, not served too late.
export class HasherObject extends DurableObject {
  #last = Promise.resolve();
  #waiting = 0;

  /** An outcome for each job, or null when too many wait already. */
  async hash(jobs) {
    if (this.#waiting >= HASHES_WAITING) return null;
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#run(jobs));
    return this.#last;
  }

  async #run(jobs) {
    const outcomes = [];
    for (const [password, stored] of jobs) {
      await scheduler.wait(BETWEEN_HASHES_MS);
      outcomes.push(guarded(() => rust.hash_password(password, stored)) ?? null);
    }
    this.#waiting -= 1;
    return outcomes;
  }
}

const found = new Map();
const slugs = ({ realm, app }) => `${realm}/${app}`;

// The name of an app's object, where it need not be looked up. What was found is
// remembered for a short time, as renaming and removing are rare.
function knownApp(address) {
  if (address.isSystem) return undefined;
  if (address.realm === undefined) return DEFAULT_APP;
  const known = found.get(slugs(address));
  return known?.until > Date.now() ? known.name : undefined;
}

// Gives `{name}` of the app's object or `{refusal}`.
async function findApp(env, address) {
  const realmId = await env.SYSTEM.getByName(SYSTEM).find(address.realm);
  if (realmId === null) return { refusal: rust.Refusal.NoRealm };
  const appId = await env.REALM.getByName(realmId).find(address.app);
  if (appId === null) return { refusal: rust.Refusal.NoApp };
  const name = `${realmId}/${appId}`;
  if (found.size >= REMEMBERED) found.clear();
  found.set(slugs(address), { name, until: Date.now() + REMEMBERED_MS });
  return { name };
}

// Gives the reply of the object behind that address.
async function forward(request, env, address) {
  if (address.isSystem) return env.SYSTEM.getByName(SYSTEM).fetch(request);
  const known = knownApp(address);
  const { name, refusal } = known === undefined ? await findApp(env, address) : { name: known };
  if (refusal !== undefined) return refused(request, refusal);
  const object = env.APP.getByName(name);
  if (!hasBytes(request, request.method, request.url)) return object.fetch(request);
  const answer = await passBytes(request, env, object, guarded);
  return answer instanceof Response ? allowOrigin(request, answer) : refused(request, answer);
}

// An object numbers its replies itself.
function ofTheFront(request, response) {
  response.headers.set('x-request-id', requestIdOf(request));
  return allowOrigin(request, response);
}

const refused = (request, refusal) => ofTheFront(request, rust.refuse(shell, refusal, ''));

export default {
  fetch(request, env) {
    const { method, url } = request;
    const address = guarded(() => rust.front(shell, env, method, url));
    if (address === undefined) return refused(request, rust.Refusal.Broken);
    if (address instanceof Response) return ofTheFront(request, address);
    // Nearly all go straight to their object: a promise more costs as much as a header.
    const name = hasBytes(request, method, url) ? undefined : knownApp(address);
    const reply = name === undefined ? forward(request, env, address) : env.APP.getByName(name).fetch(request);
    return reply.catch((error) => {
      logError(error);
      return refused(request, rust.Refusal.Unreachable);
    });
  },
};

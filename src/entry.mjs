// The JavaScript that the platform needs, and nothing else: the object classes,
// the waiting between two calls into Wasm, and the guard that turns a panic into
// an answer. What a request means is decided in Rust.

import { DurableObject } from 'cloudflare:workers';
import module from '../dist/ringfence_bg.wasm';
import * as rust from '../dist/ringfence.js';
import { hasBytes, isSaid, passBytes, said, workInBucket } from './files.mjs';
import * as replies from './replies.mjs';
import { bodyOf, headOf, isRead, requestIdOf, textOf } from './request.mjs';

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

// What Rust calls to make the values that it hands back.
const shell = {
  reply: replies.reply,
  hash: (jobs, number) => new Pause('hash', jobs, number),
  bucket: (job, number) => new Pause('work', job, number),
  task: replies.task,
  blob: replies.blob,
  preflight: replies.preflight,
  system: () => ({ isSystem: true }),
  app: (realm, app) => ({ realm, app }),
};

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
  // as finding the record.
  fetch(request) {
    const requestId = requestIdOf(request);
    // Each look at a request costs a call into the platform.
    const { method, url } = request;
    if (method !== 'GET') return this.#write(request, requestId, method, url);
    // To read a thumb may write that there is one.
    const first = this.#handle(request, requestId, method, url, '', {}, url.includes('/files/'));
    if (first instanceof Pause) return this.#later(request, requestId, first);
    return replies.allowOrigin(request, this.#answered(first, requestId));
  }

  async #write(request, requestId, method, url) {
    const type = request.headers.get('content-type') ?? '';
    const body = await this.read(request, type);
    if (body.refusal !== undefined) return replies.allowOrigin(request, rust.refuse(shell, body.refusal, requestId));
    const first = this.#handle(request, requestId, method, url, type, body, true);
    return this.#later(request, requestId, first);
  }

  async #later(request, requestId, first) {
    return replies.allowOrigin(request, await this.answer(first, requestId));
  }

  // Gives `{refusal}`, or the body as its bytes or as what is said of its parts. What a
  // GET or a HEAD brings along is nobody's.
  async read(request, type) {
    if (isRead(request.method)) return {};
    const body = await bodyOf(request, type);
    if (body.form === undefined) return body;
    // Nobody here takes files.
    const said = textOf(body.form.map(([name, text]) => [name, text, null]));
    return said === undefined ? { refusal: rust.Refusal.TooLarge } : { said };
  }

  #handle({ headers }, requestId, method, url, type, { bytes, said }, isWrite) {
    return this.call((core) => {
      const head = headOf(headers, requestId, method, url, type, this.#readsHeaders);
      const answer = core.handle(shell, head, bytes, said, Date.now());
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
  // An alarm that is set costs a write, and one that comes early finds out what is next.
  #alarm = Infinity;

  open() {
    return new rust.AppCore(this.ctx.storage, this.env, this.ctx.id.name);
  }

  after(core) {
    const at = core.sweep_at(Date.now()) ?? Infinity;
    if (at >= this.#alarm) return;
    this.#alarm = at;
    this.ctx.storage.setAlarm(at);
  }

  // INVARIANT: what is said of bytes is the front's own word, never a client's: `hasBytes`
  // sends every request that is read so here past `tell`.
  async read(request, type) {
    return isSaid(request.method, request.url, type) ? { said: await said(request) } : super.read(request, type);
  }

  // The alarm after this one is set by `after`, as any other.
  async alarm() {
    this.#alarm = Infinity;
    const first = this.call((core) => {
      const answer = core.sweep(shell, Date.now());
      this.after(core);
      return answer;
    });
    const done = await this.answer(first, '');
    if (!done.ok) throw new Error('the files could not be swept');
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

// Where it is not known yet which object serves it.
async function forward(request, env, address) {
  if (address.isSystem) return env.SYSTEM.getByName(SYSTEM).fetch(request);
  const { name, refusal } = await findApp(env, address);
  return refusal === undefined ? serve(request, env, name, request.method, request.url) : refused(request, refusal);
}

// Gives the reply of the app's object.
function serve(request, env, name, method, url) {
  const object = env.APP.getByName(name);
  if (!hasBytes(method, url, request)) return object.fetch(request);
  return passBytes(request, env, object, guarded, (refusal) => refused(request, refusal));
}

// An object numbers its replies itself.
function ofTheFront(request, response) {
  response.headers.set('x-request-id', requestIdOf(request));
  return replies.allowOrigin(request, response);
}

const refused = (request, refusal) => ofTheFront(request, rust.refuse(shell, refusal, ''));

export default {
  fetch(request, env) {
    const { method, url } = request;
    const address = guarded(() => rust.front(shell, env, method, url));
    if (address === undefined) return refused(request, rust.Refusal.Broken);
    if (address instanceof Response) return ofTheFront(request, address);
    // Nearly all go straight to their object: a promise more costs as much as a header.
    const name = knownApp(address);
    const reply = name === undefined ? forward(request, env, address) : serve(request, env, name, method, url);
    return reply.catch((error) => {
      logError(error);
      return refused(request, rust.Refusal.Unreachable);
    });
  },
};

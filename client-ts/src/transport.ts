// One call over HTTP: address, token, timeout, retries, and the reply or the error
// that it stands for. Knows no collection and no record.

import { errorOfReply, RingfenceError } from './errors.ts';
import { pause, wait, type RetryOptions } from './retry.ts';
import type { Session } from './session.ts';
import { sendWithProgress, type Progress } from './upload.ts';

/** What every call takes. */
export interface CallOptions {
  /** Ends the call early. */
  signal?: AbortSignal | undefined;
  /** The longest that the call may take, all its tries together. */
  timeoutMs?: number | undefined;
}

/** What every write takes. */
export interface WriteOptions extends CallOptions {
  /** Names the write, so that it happens once however often it is sent; a new one if left out. */
  idempotencyKey?: string | undefined;
}

/** A call as `client.send` takes it. */
export interface SendOptions extends CallOptions {
  /** Becomes the query string; what is undefined is left out. */
  query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** Is sent as JSON, or as it is if it is a form or a `Blob`. */
  body?: unknown;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Makes a write safe to send twice. */
  idempotencyKey?: string | undefined;
  /** Whether the session's token goes along. */
  withToken?: boolean | undefined;
  /** Is called while the body is on its way. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** What came back. */
export interface Reply<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** What a transport needs to know. */
export interface TransportOptions extends RetryOptions {
  fetch: typeof globalThis.fetch;
  timeoutMs: number;
  headers: Readonly<Record<string, string>>;
  /** Takes the place of the session's token. */
  token: (() => string | Promise<string>) | undefined;
}

/** Sends calls to one app. */
export class Transport {
  readonly base: string;
  readonly options: TransportOptions;
  /** Set once the session, which itself sends, is there. */
  session: Session | undefined;

  constructor(base: string, options: TransportOptions) {
    this.base = base;
    this.options = options;
  }

  /** The call's reply; throws a `RingfenceError`, or the signal's reason. */
  async send<T>(method: string, path: string, call: SendOptions = {}): Promise<Reply<T>> {
    // Files take as long as they take, and a form may hold some.
    const timeoutMs = call.timeoutMs ?? (isRaw(call.body) ? undefined : this.options.timeoutMs);
    const deadline = limit(call.signal, timeoutMs);
    try {
      return await this.#try<T>(method, path, call, deadline.signal);
    } finally {
      deadline.clear();
    }
  }

  async #try<T>(method: string, path: string, call: SendOptions, signal: AbortSignal): Promise<Reply<T>> {
    const isSafe = ['GET', 'HEAD', 'PUT'].includes(method) || call.idempotencyKey !== undefined;
    let isRenewed = false;
    for (let tried = 0; ; ) {
      const token = call.withToken === false ? undefined : await unless(signal, this.#token());
      const outcome = await this.#once<T>(method, path, call, token, signal);
      if (!(outcome instanceof RingfenceError)) return outcome;
      // A token that is not known any more says that nothing was done.
      if (outcome.code === 'invalid_token' && token && !isRenewed && this.session && !this.options.token) {
        isRenewed = true;
        if (await unless(signal, this.session.renew(token))) continue;
      }
      const ms = pause(outcome, tried, isSafe, this.options);
      if (ms === undefined) throw outcome;
      tried += 1;
      await wait(ms, signal);
    }
  }

  async #token(): Promise<string | undefined> {
    return this.options.token ? this.options.token() : this.session?.token();
  }

  async #once<T>(
    method: string,
    path: string,
    call: SendOptions,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<Reply<T> | RingfenceError> {
    const isJson = call.body !== undefined && !isRaw(call.body);
    const headers: Record<string, string> = {
      ...this.options.headers,
      ...(isJson ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(call.idempotencyKey ? { 'idempotency-key': call.idempotencyKey } : {}),
      ...call.headers,
    };
    const body = isJson ? JSON.stringify(call.body) : (call.body as RawBody | undefined);
    try {
      const response = await this.#fetch(urlOf(this.base + path, call.query), { method, headers, body, signal }, call);
      return await read<T>(response);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      return new RingfenceError(`${this.base} cannot be reached. Check the connection and try again.`, {
        code: 'network',
        cause,
      });
    }
  }

  async #fetch(
    url: string,
    init: { method: string; headers: Record<string, string>; body: RawBody | string | undefined; signal: AbortSignal },
    call: SendOptions,
  ): Promise<Response> {
    const { onProgress } = call;
    if (onProgress && typeof XMLHttpRequest !== 'undefined') return sendWithProgress(url, init, onProgress);
    const { body, ...rest } = init;
    const { fetch } = this.options;
    const response = await fetch(url, body === undefined ? rest : { ...rest, body });
    if (onProgress) onProgress({ loaded: sizeOf(body), total: sizeOf(body) });
    return response;
  }
}

/** A new key for a write. */
export function newKey(): string {
  // Not randomUUID, which pages without TLS do not have.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function read<T>(response: Response): Promise<Reply<T> | RingfenceError> {
  const { status, headers } = response;
  const text = await response.text();
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    if (response.ok) {
      const requestId = headers.get('x-request-id') ?? undefined;
      return new RingfenceError('The reply is not JSON. Is this the address of a Ringfence app?', {
        code: 'bad_reply',
        status,
        requestId,
        cause,
      });
    }
  }
  return response.ok ? { status, headers, body: body as T } : errorOfReply(status, headers, body);
}

function urlOf(url: string, query: SendOptions['query']): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text ? `${url}?${text}` : url;
}

type RawBody = FormData | Blob;

const isRaw = (body: unknown): boolean => body instanceof FormData || body instanceof Blob;

function sizeOf(body: RawBody | string | undefined): number {
  if (body instanceof Blob) return body.size;
  if (!(body instanceof FormData)) return new TextEncoder().encode(body ?? '').length;
  let size = 0;
  for (const [, value] of body) size += typeof value === 'string' ? new TextEncoder().encode(value).length : value.size;
  return size;
}

/** The caller's signal and the time limit as one. */
function limit(signal: AbortSignal | undefined, timeoutMs: number | undefined): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  const late = (): void => {
    controller.abort(new RingfenceError(`No reply came within ${timeoutMs} ms.`, { code: 'timeout' }));
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const clear = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, clear };
}

/** What others wait for too goes on when this caller does not want to wait any more. */
async function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const controller = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: controller.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    controller.abort();
    work.catch(() => undefined);
  }
}

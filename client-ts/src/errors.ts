// The one error type of the client, with the closed list of codes that it can
// carry. Decides nothing about what to retry.

/**
 * Every code that the server answers with.
 *
 * @example
 * ```ts
 * import { serverCodes } from 'ringfence';
 *
 * console.log(serverCodes.includes('not_found')); // true
 * ```
 */
export const serverCodes = [
  'bad_request',
  'validation_failed',
  'invalid_filter',
  'unauthorized',
  'invalid_credentials',
  'invalid_token',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'precondition_failed',
  'payload_too_large',
  'quota_exceeded',
  'range_not_satisfiable',
  'unsupported_media_type',
  'idempotency_mismatch',
  'rate_limited',
  'internal',
  'unavailable',
] as const;

/**
 * What the client adds: no reply came (`network`, `timeout`), or none that can be read.
 *
 * @example
 * ```ts
 * import { clientCodes } from 'ringfence';
 *
 * console.log(clientCodes); // [ 'network', 'timeout', 'bad_reply' ]
 * ```
 */
export const clientCodes = ['network', 'timeout', 'bad_reply'] as const;

/**
 * Every code that the server says of a single field.
 *
 * @example
 * ```ts
 * import { fieldCodes } from 'ringfence';
 *
 * console.log(fieldCodes.includes('required')); // true
 * ```
 */
export const fieldCodes = [
  'required',
  'type',
  'unknown',
  'read_only',
  'min',
  'max',
  'pattern',
  'not_in_list',
  'too_many',
  'duplicate',
  'not_integer',
  'invalid_id',
  'invalid_email',
  'invalid_url',
  'invalid_date',
  'invalid_geo',
  'invalid_file',
  'file_too_large',
  'file_type',
  'forbidden',
  'unique',
  'missing_record',
  'mismatch',
] as const;

/** A code of the server's closed list. */
export type ServerCode = (typeof serverCodes)[number];
/** A code that the client itself gives. */
export type ClientCode = (typeof clientCodes)[number];
/** Any code that an error can carry. */
export type ErrorCode = ServerCode | ClientCode;
/** A code that says what is wrong with a field; a newer server may have more. */
export type FieldCode = (typeof fieldCodes)[number] | (string & {});

/** What is wrong with one field. */
export interface FieldError {
  code: FieldCode;
  /** For a person. */
  message: string;
}

/** What an error is made of beside its message. */
export interface ErrorDetails {
  code: ErrorCode;
  status?: number;
  fields?: Record<string, FieldError>;
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  operation?: number | undefined;
  cause?: unknown;
}

/**
 * A call that failed. Its `message` is written for people; `code` is for programs.
 *
 * @example
 * ```ts
 * import { RingfenceError } from 'ringfence';
 *
 * try {
 *   await client.collection('notes').create({ owner: client.auth.user?.id ?? '', title: '' });
 * } catch (error) {
 *   if (!(error instanceof RingfenceError)) throw error;
 *   console.log(error.code); // validation_failed
 *   console.log(error.fields['title']?.message);
 * }
 * ```
 */
export class RingfenceError extends Error {
  override readonly name = 'RingfenceError';
  /** One of a closed list. */
  readonly code: ErrorCode;
  /** The HTTP status; 0 where no reply came. */
  readonly status: number;
  /** Per field, where fields are to blame. */
  readonly fields: Record<string, FieldError>;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** Seconds after which it may succeed, with `rate_limited` and `unavailable`. */
  readonly retryAfterSeconds: number | undefined;
  /** Which operation of a batch failed, counting from 0. */
  readonly operation: number | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.status = details.status ?? 0;
    this.fields = details.fields ?? {};
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.operation = details.operation;
  }
}

/**
 * Whether something that was thrown is a `RingfenceError`, and of that code.
 *
 * @example
 * ```ts
 * import { isError } from 'ringfence';
 *
 * const note = await client.collection('notes').get('aaaaaaaaaaaaaaa').catch((error: unknown) => {
 *   if (isError(error, 'not_found')) return null;
 *   throw error;
 * });
 * console.log(note); // null
 * ```
 */
export function isError<C extends ErrorCode>(error: unknown, code?: C): error is RingfenceError & { code: C } {
  return error instanceof RingfenceError && (code === undefined || error.code === code);
}

interface ErrorBody {
  code?: unknown;
  message?: unknown;
  data?: Record<string, unknown>;
}

/** The error that a reply stands for. */
export function errorOfReply(status: number, headers: Headers, body: unknown): RingfenceError {
  const requestId = headers.get('x-request-id') ?? undefined;
  const retryAfterSeconds = secondsOf(headers.get('retry-after'));
  const outer = asBody(body);
  const requests = Object.entries((outer.data?.['requests'] ?? {}) as Record<string, { response?: unknown }>);
  const failed = requests.find(([, operation]) => operation?.response !== undefined);
  const inner = failed ? asBody(failed[1].response) : outer;
  const innerStatus = failed ? (inner as { status?: number }).status : undefined;
  return new RingfenceError(typeof inner.message === 'string' ? inner.message : `The server answered ${status}.`, {
    code: codeOf(inner.code, status),
    status: innerStatus ?? status,
    fields: fieldsOf(inner.data),
    requestId,
    retryAfterSeconds,
    operation: failed ? Number(failed[0]) : undefined,
  });
}

function asBody(body: unknown): ErrorBody {
  return typeof body === 'object' && body !== null ? body : {};
}

// A proxy in between answers without a code, a newer server perhaps with a new one.
function codeOf(code: unknown, status: number): ErrorCode {
  const known = serverCodes.find((one) => one === code);
  if (known) return known;
  const byStatus: Record<number, ServerCode> = {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not_found',
    405: 'method_not_allowed',
    409: 'conflict',
    412: 'precondition_failed',
    413: 'payload_too_large',
    415: 'unsupported_media_type',
    429: 'rate_limited',
  };
  if (status >= 500) return status === 500 ? 'internal' : 'unavailable';
  return byStatus[status] ?? (status >= 400 ? 'bad_request' : 'bad_reply');
}

function fieldsOf(data: Record<string, unknown> | undefined): Record<string, FieldError> {
  const fields = Object.entries(data ?? {}).filter(
    (entry): entry is [string, FieldError] => typeof (entry[1] as FieldError | null)?.message === 'string',
  );
  return Object.fromEntries(fields);
}

/** `Retry-After` in seconds, whether it is a number or a date. */
function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

// Which calls are tried again, and when.

import type { RingfenceError } from './errors.ts';

/** How often and how patiently. */
export interface RetryOptions {
  /** How often a call is tried again at most; 0: never. */
  retries: number;
  /** The first pause is at most this long, each further one twice as long at most. */
  retryDelayMs: number;
}

/** No pause is longer, unless the server asks for it. */
const LONGEST_MS = 10_000;
/** Who asks for a longer pause gets an error instead of a program that seems to hang. */
const PATIENCE_MS = 60_000;

/**
 * How long to wait before the next try; undefined: there is none. `isSafe` says
 * that a call does no harm when it arrives twice.
 */
export function pause(error: RingfenceError, tried: number, isSafe: boolean, options: RetryOptions): number | undefined {
  if (tried >= options.retries) return undefined;
  // A request over the limit was not looked at, so any may come again.
  const isRefused = error.code === 'rate_limited';
  const isPassing = error.code === 'network' || error.status >= 500;
  if (!isRefused && !(isSafe && isPassing)) return undefined;
  // Full jitter: clients that failed together do not come back together.
  const jitter = Math.random() * Math.min(LONGEST_MS, options.retryDelayMs * 2 ** tried);
  const asked = (error.retryAfterSeconds ?? 0) * 1000;
  return asked > PATIENCE_MS ? undefined : asked + jitter;
}

/** Resolves after a while, or rejects as soon as the signal aborts. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}

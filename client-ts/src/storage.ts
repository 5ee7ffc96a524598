// Where a session is kept between visits, and how those who share it take turns.

/**
 * Keeps texts by key. `localStorage`, `sessionStorage` and React Native's
 * AsyncStorage fit as they are.
 */
export interface SessionStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): void | Promise<void>;
  removeItem(key: string): void | Promise<void>;
}

/**
 * A storage that forgets everything with the program. It is the default outside
 * browsers.
 *
 * @example
 * ```ts
 * import { createClient, memoryStorage } from 'ringfence';
 *
 * const own = createClient('http://localhost:8787', { storage: memoryStorage() });
 * console.log(own.auth.user); // null
 * ```
 */
export function memoryStorage(): SessionStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

/** The browser's storage where there is one and it may be used. */
export function browserStorage(): SessionStorage | undefined {
  try {
    return typeof window === 'undefined' ? undefined : (window.localStorage ?? undefined);
  } catch {
    // The person forbids it.
    return undefined;
  }
}

const turns = new Map<string, Promise<unknown>>();

/** Runs `work` while nobody else with this key does: in no tab, in no other client here. */
export function exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  if (locks) return locks.request(key, work) as Promise<T>;
  const before = turns.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  turns.set(key, mine);
  void mine.catch(() => undefined).then(() => turns.get(key) === mine && turns.delete(key));
  return mine;
}

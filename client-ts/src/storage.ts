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

/** How long a spent token is told: longer than a write takes to reach other tabs. */
const SPENT_MS = 5_000;

// A lock that is held is what all tabs agree on at once, unlike a storage.
const lockManager = () => (typeof navigator === 'undefined' ? undefined : navigator.locks);
const spentName = (token: string) => `ringfence:spent:${token.slice(-8)}`;

/** Waits. In Node the wait alone does not keep the program from ending. */
export const pause = (ms: number) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms);
    (timer as { unref?: () => void }).unref?.();
  });

/** Tells all tabs, for a while, that a token is spent: used, or replaced. */
export async function spend(token: string): Promise<void> {
  const locks = lockManager();
  if (!locks) return;
  await new Promise<void>((granted) => {
    void locks.request(spentName(token), { mode: 'shared' }, () => {
      granted();
      return pause(SPENT_MS);
    });
  });
}

/** Whether this tab or another spent the token just now. */
export async function isSpent(token: string): Promise<boolean> {
  const locks = await lockManager()?.query();
  return locks?.held?.some(({ name }) => name === spentName(token)) ?? false;
}

const turns = new Map<string, Promise<unknown>>();

/** Runs `work` while nobody else with this key does: in no tab, in no other client here. */
export function exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
  const locks = lockManager();
  if (locks) return locks.request(key, work) as Promise<T>;
  const before = turns.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  turns.set(key, mine);
  void mine.catch(() => undefined).then(() => turns.get(key) === mine && turns.delete(key));
  return mine;
}

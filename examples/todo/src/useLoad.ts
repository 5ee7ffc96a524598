// Loading data for a component: the three states it can be in, and loading again
// after a write or when the person comes back to the page.

import { useCallback, useEffect, useRef, useState, type DependencyList } from 'react';

/** Where a load stands. While it is repeated, and if that fails, the value of before stays. */
export type Loaded<T> = { is: 'loading' } | { is: 'failed'; error: unknown } | { is: 'ready'; value: T };

/** Runs `load` now and whenever `on` changes; gives its state and a way to run it again. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, on: DependencyList): [Loaded<T>, () => Promise<void>] {
  const [state, setState] = useState<Loaded<T>>({ is: 'loading' });
  const latest = useRef(load);
  latest.current = load;
  const running = useRef<AbortController>(null);

  const run = useCallback(async () => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const next = await latest.current(controller.signal).then(
      (value): Loaded<T> => ({ is: 'ready', value }),
      (error: unknown): Loaded<T> => ({ is: 'failed', error }),
    );
    if (controller.signal.aborted) return;
    setState((before) => (before.is === 'ready' && next.is === 'failed' ? before : next));
  }, []);

  useEffect(() => {
    setState({ is: 'loading' });
    void run();
    const again = () => void run();
    window.addEventListener('focus', again);
    return () => {
      window.removeEventListener('focus', again);
      running.current?.abort();
    };
    // The caller says what the load depends on.
  }, on);

  return [state, run];
}

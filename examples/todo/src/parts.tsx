// Small parts that every view uses: messages, the states of a load, a form.

import { useState, type FormEvent, type ReactNode } from 'react';
import { explain } from './explain.ts';
import type { Loaded } from './useLoad.ts';

const drawings = {
  comments: 'M4 5h16v11H10l-4 4v-4H4z',
  remove: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  close: 'M6 6l12 12M18 6L6 18',
};

/** A drawing for a button whose label says the same in words. */
export function Icon({ name }: { name: keyof typeof drawings }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  );
}

/** Something that went wrong. Screen readers say it at once. */
export function Alert({ children, onClose }: { children: ReactNode; onClose?: () => void }) {
  return (
    <div className="alert" role="alert">
      <p>{children}</p>
      {onClose && (
        <button type="button" className="quiet" aria-label="Dismiss" onClick={onClose}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

/** Shows what was loaded; until then that it is loading, or what went wrong. */
export function Show<T>({ of, again, lines = 3, children }: ShowProps<T>) {
  if (of.is === 'ready') return <>{children(of.value)}</>;
  if (of.is === 'loading') {
    return (
      <div className="skeleton" role="status" aria-label="Loading">
        {Array.from({ length: lines }, (_, line) => (
          <span key={line} />
        ))}
      </div>
    );
  }
  return (
    <Alert>
      {explain(of.error)}{' '}
      <button type="button" className="link" onClick={() => void again()}>
        Try again
      </button>
    </Alert>
  );
}

interface ShowProps<T> {
  of: Loaded<T>;
  again: () => Promise<void>;
  /** How many grey lines stand in for it. */
  lines?: number;
  children: (value: T) => ReactNode;
}

/** A form of one line: a field and a button. Empties itself when it worked. */
export function QuickForm({ label, placeholder, button, maxLength, onSubmit }: QuickFormProps) {
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim() === '') return;
    setBusy(true);
    if (await onSubmit(text.trim())) setText('');
    setBusy(false);
  }

  return (
    <form className="quick" onSubmit={submit}>
      <input
        aria-label={label}
        placeholder={placeholder}
        maxLength={maxLength}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" disabled={isBusy}>
        {button}
      </button>
    </form>
  );
}

interface QuickFormProps {
  label: string;
  placeholder: string;
  button: string;
  maxLength?: number;
  /** Gives whether it worked. */
  onSubmit: (text: string) => Promise<boolean>;
}

/** Runs writes and keeps the message of the last one that failed. */
export function useAttempt() {
  const [problem, setProblem] = useState<string | null>(null);

  async function attempt(write: () => Promise<unknown>, refused?: string): Promise<boolean> {
    setProblem(null);
    try {
      await write();
      return true;
    } catch (error) {
      setProblem(explain(error, refused));
      return false;
    }
  }

  const alert = problem && <Alert onClose={() => setProblem(null)}>{problem}</Alert>;
  return { attempt, alert };
}

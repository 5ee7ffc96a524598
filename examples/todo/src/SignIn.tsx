// Signing in, and creating an account.

import { useState, type FormEvent } from 'react';
import { client } from './client.ts';
import { useAttempt } from './parts.tsx';

export function SignIn() {
  const [isNew, setNew] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { attempt, alert } = useAttempt();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '');
    const [name, email, password] = [field('name'), field('email'), field('password')];
    setBusy(true);
    await attempt(() =>
      isNew ? client.auth.signUp({ name, email, password, role: 'member' }) : client.auth.signIn(email, password),
    );
    setBusy(false);
  }

  return (
    <main className="sign-in">
      <h1>
        <span className="mark" aria-hidden="true">✓</span> Together
      </h1>
      <p className="lead">To-do lists that a team shares.</p>
      <form className="card" onSubmit={submit} aria-label={isNew ? 'Create an account' : 'Sign in'}>
        {alert}
        {isNew && (
          <label>
            Your name
            <input name="name" autoComplete="name" required maxLength={100} />
          </label>
        )}
        <label>
          Email address
          <input name="email" type="email" autoComplete="email" required />
        </label>
        <label>
          <span>Password {isNew && <small>(8 characters or more)</small>}</span>
          <input
            name="password"
            type="password"
            autoComplete={isNew ? 'new-password' : 'current-password'}
            minLength={isNew ? 8 : undefined}
            required
          />
        </label>
        <button type="submit" className="primary" disabled={isBusy}>
          {isNew ? 'Create account' : 'Sign in'}
        </button>
      </form>
      <p>
        {isNew ? 'You have an account?' : 'You are new here?'}{' '}
        <button type="button" className="link" onClick={() => setNew(!isNew)}>
          {isNew ? 'Sign in instead' : 'Create an account'}
        </button>
      </p>
    </main>
  );
}

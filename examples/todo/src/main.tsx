// Starts the app. Who is signed in decides what there is to see.

import { StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { client } from './client.ts';
import { SignIn } from './SignIn.tsx';
import { Workspace } from './Workspace.tsx';
import './style.css';

const subscribe = (listener: () => void) => client.auth.onChange(listener);

function App() {
  const user = useSyncExternalStore(subscribe, () => client.auth.user);
  return user ? <Workspace key={user.id} user={user} /> : <SignIn />;
}

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

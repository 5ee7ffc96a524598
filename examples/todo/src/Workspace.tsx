// What somebody who is signed in sees: their teams and lists at the side, one list
// in the middle. Which those are is up to the rules; the app asks for all of them.

import { useState } from 'react';
import { client, newId, type List, type Membership, type User } from './client.ts';
import { ListView } from './ListView.tsx';
import { QuickForm, Show, useAttempt } from './parts.tsx';
import { useLoad } from './useLoad.ts';

export function Workspace({ user }: { user: User }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [state, reload] = useLoad(async (signal) => {
    const [memberships, lists] = await Promise.all([
      client.collection('memberships').where('user', '=', user.id).expand('team').all({ signal }),
      client.collection('projects').orderBy('title').all({ signal }),
    ]);
    return { memberships, lists };
  }, [user.id]);

  return (
    <div className="workspace">
      <header>
        <h1>
          <span className="mark" aria-hidden="true">✓</span> Together
        </h1>
        <p>
          <strong>{user.name}</strong>
          <button type="button" className="quiet" onClick={() => void client.auth.signOut()}>
            Sign out
          </button>
        </p>
      </header>
      <Show of={state} again={reload} lines={5}>
        {({ memberships, lists }) => {
          const list = lists.find(({ id }) => id === chosen);
          const membership = memberships.find(({ team }) => team === list?.team);
          return (
            <>
              <Sidebar user={user} {...{ memberships, lists, chosen, reload }} onChoose={setChosen} />
              <main>
                {list ? (
                  <ListView key={list.id} {...{ list, membership, user }} onListChange={reload} />
                ) : (
                  <Welcome user={user} isNew={lists.length === 0} />
                )}
              </main>
            </>
          );
        }}
      </Show>
    </div>
  );
}

interface SidebarProps {
  user: User;
  memberships: Membership[];
  lists: List[];
  chosen: string | null;
  onChoose: (list: string) => void;
  reload: () => Promise<void>;
}

function Sidebar({ user, memberships, lists, chosen, onChoose, reload }: SidebarProps) {
  const { attempt, alert } = useAttempt();
  const own = new Set(memberships.map(({ team }) => team));
  const others = lists.filter(({ team }) => !own.has(team));
  const links = (of: List[]) => <Links lists={of} chosen={chosen} onChoose={onChoose} />;

  // The team and its first member in one transaction: a team that nobody is in
  // would be seen by nobody.
  const createTeam = (name: string) =>
    attempt(async () => {
      const team = newId();
      await client.batch((write) => [
        write.collection('teams').create({ id: team, name, slug: slugOf(name, team), owner: user.id }),
        write.collection('memberships').create({ team, user: user.id, role: 'owner' }),
      ]);
      await reload();
    });

  const createList = ({ team, role }: Membership, title: string) =>
    attempt(async () => {
      const list = await client.collection('projects').create({ team, title });
      await reload();
      onChoose(list.id);
    }, `You may not add lists here: you are a ${role} of this team.`);

  return (
    <nav aria-label="Teams and lists">
      {alert}
      {memberships.map((membership) => {
        const name = membership.expand?.team?.name ?? 'Team';
        return (
          <section key={membership.id}>
            <h2>{name}</h2>
            {links(lists.filter(({ team }) => team === membership.team))}
            <QuickForm
              label={`New list in ${name}`}
              placeholder="New list"
              button="Add"
              maxLength={200}
              onSubmit={(title) => createList(membership, title)}
            />
          </section>
        );
      })}
      {others.length > 0 && (
        <section>
          <h2>Public lists</h2>
          {links(others)}
        </section>
      )}
      <section>
        <h2>New team</h2>
        <QuickForm label="Name of the new team" placeholder="Name" button="Create" maxLength={80} onSubmit={createTeam} />
      </section>
    </nav>
  );
}

function Links({ lists, chosen, onChoose }: Pick<SidebarProps, 'lists' | 'chosen' | 'onChoose'>) {
  if (lists.length === 0) return <p className="empty">No lists yet.</p>;
  return (
    <ul>
      {lists.map(({ id, title }) => (
        <li key={id}>
          <button type="button" aria-current={id === chosen ? 'page' : undefined} onClick={() => onChoose(id)}>
            {title}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Welcome({ user, isNew }: { user: User; isNew: boolean }) {
  return (
    <section className="welcome">
      <h2>Hello, {user.name}</h2>
      <p>
        {isNew
          ? 'Create a team, then a list in it. Or join a team: give its owner your code.'
          : 'Choose a list. To join another team, give its owner your code.'}
      </p>
      <p>
        Your code is <code>{user.id}</code>
      </p>
    </section>
  );
}

/** Teams have addresses that no two share, so the id makes the name unique. */
function slugOf(name: string, id: string): string {
  const words = name.toLowerCase().normalize('NFKD').match(/[a-z0-9]+/g) ?? [];
  return [...words, id.slice(0, 6)].join('-').slice(-60).replace(/^-+/, '');
}

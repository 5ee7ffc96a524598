// One list: its open tasks, what is done, and who shares it.

import { useEffect, useRef, useState } from 'react';
import { client, type List, type Membership, type Task, type User } from './client.ts';
import { Members } from './Members.tsx';
import { QuickForm, Show, useAttempt } from './parts.tsx';
import { TaskRow } from './TaskRow.tsx';
import { useLoad } from './useLoad.ts';

interface ListViewProps {
  list: List;
  /** None: the list is public, and of a team that the person is not in. */
  membership: Membership | undefined;
  user: User;
  /** Reads the lists again. */
  onListChange: () => Promise<void>;
}

export function ListView({ list, membership, user, onListChange }: ListViewProps) {
  const { attempt, alert } = useAttempt();
  const [open, setOpen] = useState<string | null>(null);
  const [state, reload] = useLoad(async (signal) => {
    const [tasks, members] = await Promise.all([
      client.collection('tasks').where('project', '=', list.id).orderBy('created').all({ signal }),
      client.collection('memberships').where('team', '=', list.team).expand('user').all({ signal }),
    ]);
    return { tasks, members };
  }, [list.id]);

  const refused = (what: string) => `${what} ${standing(membership)}`;

  const write = (change: () => Promise<unknown>, message: string) =>
    attempt(async () => {
      await change().finally(reload);
    }, message);

  const tasks = client.collection('tasks');
  const add = (title: string) =>
    write(() => tasks.create({ title, project: list.id }), refused('You may not add tasks to this list.'));
  const change = (task: Task, values: Partial<Pick<Task, 'status' | 'assignee' | 'due'>>) =>
    write(() => tasks.update(task.id, values), refused('You may not change this task.'));
  const remove = (task: Task) =>
    write(() => tasks.delete(task.id), 'Only whoever added this task, or the owner of the team, may delete it.');

  const share = (isPublic: boolean) =>
    attempt(async () => {
      await client.collection('projects').update(list.id, { public: isPublic }).finally(onListChange);
    }, refused('You may not decide who sees this list.'));

  return (
    <Show of={state} again={reload} lines={6}>
      {({ tasks: all, members }) => {
        const row = (task: Task) => (
          <TaskRow
            key={task.id}
            {...{ task, members, user }}
            isOpen={open === task.id}
            onOpen={() => setOpen(open === task.id ? null : task.id)}
            onChange={(values) => change(task, values)}
            onRemove={() => remove(task)}
          />
        );
        const todo = all.filter(({ status }) => status !== 'done');
        const done = all.filter(({ status }) => status === 'done');
        return (
          <article className="list">
            <header>
              <Title>{list.title}</Title>
              <p>
                {membership?.expand?.team?.name ?? 'Another team'} ·{' '}
                {membership ? `you are ${aOrAn(membership.role)}` : 'you may look'}
              </p>
              {membership && (
                <label>
                  <input type="checkbox" checked={list.public} onChange={(event) => void share(event.target.checked)} />
                  Everybody may look
                </label>
              )}
            </header>
            {alert}
            <QuickForm label="New task" placeholder="What is to be done?" button="Add task" maxLength={200} onSubmit={add} />
            {all.length === 0 && <p className="empty">Nothing to do yet. Add the first task above.</p>}
            {all.length > 0 && todo.length === 0 && <p className="empty">All done. Well done!</p>}
            <ul className="tasks" aria-label="Open tasks">{todo.map(row)}</ul>
            {done.length > 0 && (
              <details>
                <summary>Done ({done.length})</summary>
                <ul className="tasks" aria-label="Done tasks">{done.map(row)}</ul>
              </details>
            )}
            {membership && <Members {...{ members, membership, user, reload }} />}
          </article>
        );
      }}
    </Show>
  );
}

/** Takes the focus when its list opens: a screen reader says it, a phone scrolls to it. */
function Title({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h2 ref={heading} tabIndex={-1}>
      {children}
    </h2>
  );
}

const aOrAn = (role: string) => (/^[aeio]/.test(role) ? `an ${role}` : `a ${role}`);

function standing(membership: Membership | undefined): string {
  if (!membership) return 'It belongs to a team that you are not in.';
  return `You are ${aOrAn(membership.role)} of ${membership.expand?.team?.name ?? 'the team'}: ask its owner to make you an editor.`;
}

// One task: done or not, who does it, until when, and what was said about it.

import { client, type Comment, type Member, type Task, type User } from './client.ts';
import { Icon, QuickForm, Show, useAttempt } from './parts.tsx';
import { useLoad } from './useLoad.ts';

interface TaskRowProps {
  task: Task;
  members: Member[];
  user: User;
  isOpen: boolean;
  onOpen: () => void;
  onChange: (values: Partial<Pick<Task, 'status' | 'assignee' | 'due'>>) => Promise<boolean>;
  onRemove: () => Promise<boolean>;
}

export function TaskRow({ task, members, user, isOpen, onOpen, onChange, onRemove }: TaskRowProps) {
  const { title, status, assignee, due } = task;
  const isDone = status === 'done';
  return (
    <li className={isDone ? 'task done' : 'task'}>
      <label className="title">
        <input
          type="checkbox"
          checked={isDone}
          onChange={(event) => void onChange({ status: event.target.checked ? 'done' : 'todo' })}
        />
        <span>{title}</span>
      </label>
      {members.length > 0 && (
        <select
          aria-label={`Who does “${title}”`}
          className={assignee ? undefined : 'unset'}
          value={assignee}
          onChange={(event) => void onChange({ assignee: event.target.value })}
        >
          <option value="">Nobody yet</option>
          {members.map((member) => (
            <option key={member.user} value={member.user}>
              {member.expand?.user?.name ?? 'Somebody'}
            </option>
          ))}
        </select>
      )}
      <input
        type="date"
        className={due ? undefined : 'unset'}
        aria-label={`When “${title}” is due`}
        value={due.slice(0, 10)}
        onChange={(event) => void onChange({ due: event.target.value })}
      />
      <button type="button" className="quiet" aria-expanded={isOpen} aria-label={`Comments on “${title}”`} onClick={onOpen}>
        <Icon name="comments" />
      </button>
      <button type="button" className="quiet" aria-label={`Delete “${title}”`} onClick={() => void onRemove()}>
        <Icon name="remove" />
      </button>
      {isOpen && <Comments task={task} user={user} />}
    </li>
  );
}

function Comments({ task, user }: { task: Task; user: User }) {
  const { attempt, alert } = useAttempt();
  const comments = client.collection('comments');
  const [state, reload] = useLoad(
    (signal) => comments.where('task', '=', task.id).expand('author').orderBy('created').all({ signal }),
    [task.id],
  );

  const say = (body: string) =>
    attempt(async () => {
      await comments.create({ task: task.id, author: user.id, body });
      await reload();
    }, 'You may not comment here: only members of the team do.');

  return (
    <div className="comments">
      <Show of={state} again={reload} lines={2}>
        {(all) => (all.length === 0 ? <p className="empty">Nobody has said anything yet.</p> : <Said comments={all} />)}
      </Show>
      {alert}
      <QuickForm label={`Comment on “${task.title}”`} placeholder="Say something" button="Send" maxLength={5000} onSubmit={say} />
    </div>
  );
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function Said({ comments }: { comments: Comment[] }) {
  return (
    <ul>
      {comments.map(({ id, body, created, expand }) => (
        <li key={id}>
          <strong>{expand?.author?.name ?? 'Somebody'}</strong>{' '}
          <time dateTime={created}>{moment.format(new Date(created))}</time>
          <p>{body}</p>
        </li>
      ))}
    </ul>
  );
}

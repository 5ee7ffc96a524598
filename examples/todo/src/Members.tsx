// Who is in the team. Its owner adds people by their code and says what they may do.

import { client, type Member, type Membership, type Role, type User } from './client.ts';
import { Icon, QuickForm, useAttempt } from './parts.tsx';

const roles: Role[] = ['viewer', 'editor', 'owner'];

interface MembersProps {
  members: Member[];
  /** The person's own. */
  membership: Membership;
  user: User;
  reload: () => Promise<void>;
}

export function Members({ members, membership, user, reload }: MembersProps) {
  const { attempt, alert } = useAttempt();
  const memberships = client.collection('memberships');
  const refused = 'Only the owner of the team decides who is in it and what they may do.';
  const write = (change: () => Promise<unknown>) => attempt(() => change().finally(reload), refused);

  const add = (code: string) => write(() => memberships.create({ team: membership.team, user: code, role: 'viewer' }));

  return (
    <section className="members" aria-label="Members">
      <h3>Who shares this</h3>
      {alert}
      <ul>
        {members.map((member) => {
          const name = member.expand?.user?.name ?? 'Somebody';
          return (
            <li key={member.id}>
              <span>{member.user === user.id ? `${name} (you)` : name}</span>
              <select
                aria-label={`Role of ${name}`}
                value={member.role}
                onChange={(event) => void write(() => memberships.update(member.id, { role: event.target.value as Role }))}
              >
                {roles.map((role) => (
                  <option key={role}>{role}</option>
                ))}
              </select>
              <button
                type="button"
                className="quiet"
                aria-label={`Remove ${name}`}
                onClick={() => void write(() => memberships.delete(member.id))}
              >
                <Icon name="close" />
              </button>
            </li>
          );
        })}
      </ul>
      <QuickForm label="Code of the new member" placeholder="Their code" button="Add member" maxLength={64} onSubmit={add} />
    </section>
  );
}

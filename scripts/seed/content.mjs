// What the example app is filled with: a small coffee roaster, its people, its
// projects and what they say about them. The same every time; sends nothing.

import { createHash } from 'node:crypto';

/** The password of every demo user. */
export const DEMO_PASSWORD = 'demo-password';

const PEOPLE = [
  'Ada Lindgren', 'Bilal Haddad', 'Carmen Ortega', 'Dominik Novak', 'Elif Yildiz',
  'Femi Adeyemi', 'Greta Sommer', 'Hiro Tanaka', 'Ines Carvalho', 'Jonas Weber',
  'Kavya Menon', 'Liam Byrne', 'Mei Chen', 'Nadia Petrova', 'Oskar Dahl',
  'Priya Nair', 'Quentin Moreau', 'Rosa Marino', 'Samir Khalil', 'Tove Nilsen',
];

const TEAMS = ['Roastery', 'Shops', 'Web', 'Logistics'];

// Title, whether everybody may read it, and what has to be done about what.
const PROJECTS = [
  ['Autumn harvest', true, ['Guatemala lot', 'Kenya lot', 'Ethiopia lot', 'Peru lot', 'decaf lot', 'house blend']],
  ['Shop at the harbour', false, ['lease', 'counter', 'espresso machine', 'opening party', 'shift plan', 'lettering']],
  ['Online shop', false, ['checkout', 'product photos', 'search', 'gift cards', 'newsletter', 'return policy']],
  ['Green delivery', true, ['cargo bikes', 'route plan', 'depot keys', 'parcel tracking', 'handbook', 'reusable bags']],
  ['New drum roaster', false, ['gas line', 'chimney', 'control panel', 'cooling tray', 'inspection', 'first test roast']],
  ['Barista training', false, ['milk course', 'brewing course', 'tasting sheet', 'calendar', 'exam', 'certificates']],
  ['Subscription box', false, ['billing day', 'pause button', 'welcome letter', 'box design', 'tasting notes', 'report']],
  ['Warehouse move', false, ['shelving', 'forklift', 'inventory count', 'alarm system', 'loading ramp', 'moving day']],
];

const ACTIONS = ['Plan', 'Get quotes for', 'Decide on', 'Prepare', 'Check', 'Write up', 'Present'];

const REMARKS = [
  'Started on this, the first half is done.',
  'I need an answer from the supplier before I can go on.',
  'Looks good to me.',
  'Could we do this before the end of the month?',
  'The numbers are in the shared folder now.',
  'Spoke to them on the phone, they agree.',
  'This takes longer than expected; two days more, please.',
  'I would rather do it the way we did last year.',
  'Done. Have a look before I close it.',
  'Who has the key?',
  'The price went up by 4 %, still within the budget.',
  'Let us talk about it on Thursday.',
];

const NOTES = ['Ask for the new price list', 'Book the train to the fair', 'Return the sample bags', 'Birthday cake on Friday'];

const STATUSES = ['done', 'todo', 'doing', 'done', 'todo'];
const TAGS = [[], ['docs'], ['question'], ['design', 'docs'], [], ['feature']];
const COLORS = ['yellow', 'green', 'blue', 'red'];
const FIRST_DUE = Date.UTC(2026, 11, 1, 9);
const DAY_MS = 24 * 60 * 60 * 1000;

/** The demo users, as they register. */
export const users = PEOPLE.map((name, index) => ({
  id: idOf('users', index),
  name,
  email: emailOf(name),
  phone: `+49 30 5550${100 + index}`,
  password: DEMO_PASSWORD,
  passwordConfirm: DEMO_PASSWORD,
}));

/** Everything else, in an order in which each record finds those it refers to. */
export function records() {
  const projects = PROJECTS.map(([title, isPublic], index) => ({ title, public: isPublic, team: idOf('teams', index % TEAMS.length) }));
  const tasks = PROJECTS.flatMap(([, , things], project) => tasksOf(project, things));
  const everything = {
    teams: TEAMS.map((name, index) => ({ name, slug: name.toLowerCase(), owner: users[index].id })),
    memberships: users.map((user, index) => ({ user: user.id, team: idOf('teams', teamOf(index)), role: roleOf(index) })),
    projects,
    tasks,
    comments: tasks.flatMap((_, task) => commentsOn(task)),
    notes: users.slice(0, 8).flatMap((user, index) => notesOf(user, index)),
  };
  return Object.entries(everything).flatMap(([collection, list]) =>
    list.map((record, index) => ({ collection, record: { id: idOf(collection, index), ...record } })),
  );
}

function tasksOf(project, things) {
  return things.flatMap((thing, at) =>
    ACTIONS.map((action, step) => {
      const index = (project * things.length + at) * ACTIONS.length + step;
      return {
        title: `${action} the ${thing}`,
        project: idOf('projects', project),
        assignee: index % 6 === 5 ? '' : membersOf(project % TEAMS.length)[index % 5],
        status: STATUSES[index % STATUSES.length],
        due: new Date(FIRST_DUE + (index % 90) * DAY_MS).toISOString().replace('T', ' '),
        estimate: index % 4 === 3 ? null : 1 + (index % 16) / 2,
        tags: TAGS[index % TAGS.length],
      };
    }),
  );
}

// On every other task, one or two.
function commentsOn(task) {
  const members = membersOf(Math.floor(task / (6 * ACTIONS.length)) % TEAMS.length);
  return Array.from({ length: task % 2 ? 0 : 1 + (task % 3 === 0) }, (_, index) => ({
    task: idOf('tasks', task),
    author: members[(task + index) % members.length],
    body: REMARKS[(task * 5 + index) % REMARKS.length],
  }));
}

function notesOf(user, index) {
  return NOTES.map((title, at) => ({ owner: user.id, title, color: COLORS[(index + at) % COLORS.length], pinned: at === 0 }));
}

const teamOf = (person) => person % TEAMS.length;
const membersOf = (team) => users.filter((_, person) => teamOf(person) === team).map(({ id }) => id);

function roleOf(person) {
  if (person < TEAMS.length) return 'owner';
  return person % 3 === 0 ? 'viewer' : 'editor';
}

// An id is made of what it is for, so that a second run knows its own records.
function idOf(collection, index) {
  const digest = createHash('sha256').update(`${collection} ${index}`).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, 15);
}

function emailOf(name) {
  return `${name.split(' ')[0].toLowerCase()}@example.com`;
}

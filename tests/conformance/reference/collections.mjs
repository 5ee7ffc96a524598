// The collections of schema/ and rules/ as PocketBase has them: the same fields,
// and the rules that come nearest in its language. What only our language can say
// (the stored document, a selection from another collection) is said there with
// `@request.body.x:changed` and with joins.

const membersOnly = (team) =>
  `@collection.memberships.user ?= @request.auth.id && @collection.memberships.team ?= ${team}`;
// An alias keeps the conditions on one and the same membership.
const may = (team, ...roles) =>
  `@collection.memberships:own.user ?= @request.auth.id && @collection.memberships:own.team ?= ${team}` +
  ` && (${roles.map((role) => `@collection.memberships:own.role ?= "${role}"`).join(' || ')})`;
const reader = (team) =>
  `@collection.memberships:own.user ?= @request.auth.id && @collection.memberships:own.team ?= ${team}`;
const signedIn = '@request.auth.id != ""';
const kept = (...names) => names.map((name) => `@request.body.${name}:changed = false`).join(' && ');

const required = { required: true };
const text = (name, options = {}) => ({ name, type: 'text', ...options });
const select = (name, values, options = {}) => ({ name, type: 'select', values, maxSelect: 1, ...options });
const system = [
  { name: 'created', type: 'autodate', onCreate: true },
  { name: 'updated', type: 'autodate', onCreate: true, onUpdate: true },
];

/** Written in this order; `collectionId` of a relation is a name until the collection is there. */
export const collections = [
  {
    name: 'users',
    fields: [
      text('name', { required: true, max: 100 }),
      { name: 'avatar', type: 'file', maxSelect: 1, protected: true, thumbs: ['100x100', '400x400f', '0x40'] },
      text('phone', { max: 30 }),
      select('role', ['member', 'admin']),
      ...system,
    ],
    rules: {
      read: `id = @request.auth.id || @request.auth.role = "admin" || (${signedIn}
        && @collection.memberships:theirs.user ?= id
        && @collection.memberships:own.user ?= @request.auth.id
        && @collection.memberships:theirs.team ?= @collection.memberships:own.team)`,
      insert: 'role = "" || role = "member"',
      update: `@request.auth.role = "admin" || (id = @request.auth.id && ${kept('role')})`,
    },
  },
  {
    name: 'teams',
    fields: [
      text('name', { required: true, min: 2, max: 80 }),
      text('slug', { required: true, pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', max: 60 }),
      relation('owner', 'users', required),
      ...system,
    ],
    indexes: ['CREATE UNIQUE INDEX idx_teams_slug ON teams (slug)'],
    rules: {
      read: `${signedIn} && ${membersOnly('id')}`,
      insert: `${signedIn} && owner = @request.auth.id`,
      update: `${signedIn} && owner = @request.auth.id && ${kept('owner')}`,
      delete: `${signedIn} && owner = @request.auth.id`,
    },
  },
  {
    name: 'memberships',
    fields: [
      relation('user', 'users', { required: true, cascadeDelete: true }),
      relation('team', 'teams', { required: true, cascadeDelete: true }),
      select('role', ['viewer', 'editor', 'owner']),
      ...system,
    ],
    indexes: ['CREATE UNIQUE INDEX idx_memberships ON memberships (user, team)'],
    rules: {
      read: `${signedIn} && (user = @request.auth.id || (${reader('team')}))`,
      insert: `${signedIn} && team.owner = @request.auth.id`,
      update: `${signedIn} && team.owner = @request.auth.id && ${kept('user', 'team')}`,
      delete: `${signedIn} && (team.owner = @request.auth.id || user = @request.auth.id)`,
    },
  },
  {
    name: 'projects',
    fields: [
      text('title', { required: true, max: 200 }),
      text('description', { max: 10000 }),
      relation('team', 'teams', { required: true, cascadeDelete: true }),
      { name: 'public', type: 'bool' },
      { name: 'website', type: 'url' },
      { name: 'deleted', type: 'date' },
      ...system,
    ],
    rules: {
      read: `deleted = "" && (public = true || (${signedIn} && ${reader('team')}))`,
      insert: `${signedIn} && ${may('team', 'editor', 'owner')}`,
      update: `deleted = "" && ${kept('team')} && ${signedIn} && ${may('team', 'editor', 'owner')}`,
      delete: `${signedIn} && team.owner = @request.auth.id`,
    },
  },
  {
    name: 'tasks',
    fields: [
      text('title', { required: true, max: 200 }),
      relation('project', 'projects', { required: true, cascadeDelete: true }),
      relation('assignee', 'users'),
      select('status', ['todo', 'doing', 'done']),
      { name: 'due', type: 'date' },
      { name: 'estimate', type: 'number', min: 0, max: 1000 },
      select('tags', ['bug', 'feature', 'design', 'docs', 'question'], { maxSelect: 3 }),
      relation('created_by', 'users'),
      ...system,
    ],
    rules: {
      read: `project.deleted = "" && (project.public = true || (${signedIn} && ${reader('project.team')}))`,
      insert: `project.deleted = "" && ${signedIn} && ${may('project.team', 'editor', 'owner')}`,
      update: `${kept('project')} && ${signedIn}
        && (assignee = @request.auth.id || (${may('project.team', 'editor', 'owner')}))`,
      delete: `${signedIn} && (created_by = @request.auth.id || project.team.owner = @request.auth.id)`,
    },
  },
  {
    name: 'comments',
    fields: [
      relation('task', 'tasks', { required: true, cascadeDelete: true }),
      relation('author', 'users', { required: true, cascadeDelete: true }),
      text('body', { required: true, max: 5000 }),
      { name: 'attachments', type: 'file', maxSelect: 10, maxSize: 2_000_000_000, protected: true },
      ...system,
    ],
    rules: {
      read: `task.project.deleted = ""
        && (task.project.public = true || (${signedIn} && ${reader('task.project.team')}))`,
      insert: `${signedIn} && author = @request.auth.id && ${reader('task.project.team')}`,
      update: `${signedIn} && author = @request.auth.id && ${kept('author', 'task')}`,
      delete: `${signedIn} && (author = @request.auth.id || task.project.team.owner = @request.auth.id)`,
    },
  },
  {
    name: 'notes',
    fields: [
      relation('owner', 'users', { required: true, cascadeDelete: true }),
      text('title', { required: true, max: 200 }),
      text('body', { max: 20000 }),
      select('color', ['yellow', 'green', 'blue', 'red']),
      { name: 'pinned', type: 'bool' },
      { name: 'remind', type: 'date' },
      ...system,
    ],
    rules: {
      read: `${signedIn} && owner = @request.auth.id`,
      insert: `${signedIn} && owner = @request.auth.id`,
      update: `${signedIn} && owner = @request.auth.id && ${kept('owner')}`,
      delete: `${signedIn} && owner = @request.auth.id`,
    },
  },
];

function relation(name, collectionId, options = {}) {
  return { name, type: 'relation', collectionId, maxSelect: 1, ...options };
}

/** Makes them in a fresh PocketBase: the collections first, then the rules, which name each other. */
export async function createCollections(admin) {
  const ids = new Map();
  for (const { name, fields, indexes = [] } of collections) {
    const own = fields.map((field) =>
      field.type === 'relation' ? { ...field, collectionId: ids.get(field.collectionId) } : field);
    const made = name === 'users'
      ? await extendUsers(admin, own)
      : await admin.collections.create({ name, type: 'base', fields: own, indexes });
    ids.set(name, made.id);
  }
  for (const { name, rules } of collections) {
    await admin.collections.update(name, {
      listRule: rules.read,
      viewRule: rules.read,
      createRule: rules.insert ?? null,
      updateRule: rules.update ?? null,
      deleteRule: rules.delete ?? null,
    });
  }
}

// A fresh PocketBase has a `users` already.
async function extendUsers(admin, fields) {
  const users = await admin.collections.getOne('users');
  const names = new Set(fields.map(({ name }) => name));
  return admin.collections.update('users', {
    fields: [...users.fields.filter(({ name }) => !names.has(name)), ...fields],
  });
}

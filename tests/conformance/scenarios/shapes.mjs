// What a reply holds: expanded relations, picked fields, and what is left out.

import assert from 'node:assert/strict';
import { scenario } from '../scenario.mjs';

async function board({ person, team }) {
  const ada = await person();
  const bob = await person('Bob');
  const { team: web, project } = await team(ada, [bob, 'editor']);
  const task = await ada.collection('tasks').create({ title: 'Sign', project: project.id, assignee: bob.me });
  const first = await ada.collection('comments').create({ task: task.id, author: ada.me, body: 'First' });
  const second = await bob.collection('comments').create({ task: task.id, author: bob.me, body: 'Second' });
  return { ada, bob, web, project, task, comments: [first, second] };
}

scenario('a relation is expanded', async (context) => {
  const { ada, bob, project, task } = await board(context);
  const read = await ada.collection('tasks').getOne(task.id, { expand: 'project,assignee' });
  assert.deepEqual(Object.keys(read.expand).sort(), ['assignee', 'project']);
  assert.equal(read.project, project.id);
  assert.equal(read.expand.project.title, 'Shop');
  assert.equal(read.expand.project.collectionName, 'projects');
  assert.equal(read.expand.assignee.id, bob.me);
  assert.equal('expand' in read.expand.project, false);
});

scenario('a relation of a relation is expanded', async (context) => {
  const { ada, task, web } = await board(context);
  const read = await ada.collection('tasks').getOne(task.id, { expand: 'project.team.owner' });
  assert.equal(read.expand.project.expand.team.id, web.id);
  assert.equal(read.expand.project.expand.team.expand.owner.id, ada.me);
});

scenario('what points to a record is expanded', async (context) => {
  const { ada, bob, task } = await board(context);
  const read = await ada.collection('tasks').getOne(task.id, { expand: 'comments_via_task.author' });
  const comments = read.expand.comments_via_task;
  assert.deepEqual(comments.map(({ body }) => body).sort(), ['First', 'Second']);
  assert.deepEqual(comments.map(({ expand }) => expand.author.id).sort(), [ada.me, bob.me].sort());
});

scenario('lists, creates and updates expand as well', async (context) => {
  const { ada, task, project } = await board(context);
  const list = await ada.collection('tasks').getList(1, 5, { expand: 'project', filter: `id = "${task.id}"` });
  assert.equal(list.items[0].expand.project.id, project.id);
  const made = await ada.collection('tasks').create({ title: 'New', project: project.id }, { expand: 'project.team' });
  assert.equal(made.expand.project.expand.team.slug.startsWith('web-'), true);
  const changed = await ada.collection('tasks').update(made.id, { title: 'Newer' }, { expand: 'project' });
  assert.equal(changed.expand.project.id, project.id);
});

scenario('an unset relation has nothing to expand', async (context) => {
  const { ada, project } = await board(context);
  const made = await ada.collection('tasks').create({ title: 'Alone', project: project.id }, { expand: 'assignee,comments_via_task' });
  assert.deepEqual(made.expand ?? {}, {});
});

scenario('a relation that the caller may not see is not expanded', async (context) => {
  const { ada, task, web } = await board(context);
  await ada.collection('projects').update((await ada.collection('tasks').getOne(task.id)).project, { public: true });
  const eve = await context.person('Eve');
  const read = await eve.collection('tasks').getOne(task.id, { expand: 'assignee,project.team' });
  assert.equal(read.expand.project.title, 'Shop');
  assert.equal('assignee' in read.expand, false);
  assert.deepEqual(read.expand.project.expand ?? {}, {});
  assert.equal(read.expand.project.team, web.id);
});

scenario('an expand that there is not', async (context) => {
  const { ada, task } = await board(context);
  const outcome = await ada.collection('tasks').getOne(task.id, { expand: 'projekt' }).then(
    ({ expand }) => [200, expand ?? {}],
    ({ status }) => status,
  );
  assert.deepEqual(outcome, context.differs('an expand that there is not'));
});

scenario('only the fields that are asked for', async (context) => {
  const { ada, task } = await board(context);
  const tasks = ada.collection('tasks');
  assert.deepEqual(await tasks.getOne(task.id, { fields: 'id,title' }), { id: task.id, title: 'Sign' });
  assert.deepEqual(await tasks.getOne(task.id, { fields: ' title , nothing ' }), { title: 'Sign' });
  const list = await tasks.getList(1, 1, { fields: 'title' });
  assert.deepEqual(Object.keys(list).sort(), ['items', 'page', 'perPage', 'totalItems', 'totalPages']);
  assert.deepEqual(Object.keys(list.items[0]), ['title']);
  const made = await tasks.create({ title: 'Slim', project: task.project }, { fields: 'title' });
  assert.deepEqual(made, { title: 'Slim' });
  const first = await tasks.getFirstListItem(`id = "${task.id}"`, { fields: 'id' });
  assert.deepEqual(first, { id: task.id });
  const all = await tasks.getFullList({ fields: 'title', filter: `project = "${task.project}"` });
  assert.deepEqual(all.map(Object.keys), [['title'], ['title']]);
});

scenario('fields of what is expanded', async (context) => {
  const { ada, task, project } = await board(context);
  const tasks = ada.collection('tasks');
  const expand = 'project.team,comments_via_task';
  assert.deepEqual(await tasks.getOne(task.id, { expand, fields: 'title,expand.project.title' }), {
    title: 'Sign', expand: { project: { title: 'Shop' } },
  });
  const whole = await tasks.getOne(task.id, { expand, fields: '*,expand.project.expand.team.slug' });
  assert.equal(whole.project, project.id);
  assert.deepEqual(Object.keys(whole.expand), ['project']);
  assert.deepEqual(Object.keys(whole.expand.project.expand.team), ['slug']);
  const starred = await tasks.getOne(task.id, { expand, fields: 'id,expand.project.*' });
  assert.deepEqual([Object.keys(starred).sort(), starred.expand.project.title], [['expand', 'id'], 'Shop']);
  const bodies = await tasks.getOne(task.id, { expand, fields: 'expand.comments_via_task.body' });
  assert.deepEqual(bodies.expand.comments_via_task.map(Object.keys), [['body'], ['body']]);
});

scenario('an excerpt of a long text', async ({ person }) => {
  const ada = await person();
  const { id } = await ada.collection('notes').create({ owner: ada.me, title: 'x', body: '<p>Hello <b>big</b> world</p>' });
  const excerpt = async (fields) => (await ada.collection('notes').getOne(id, { fields })).body;
  assert.equal(await excerpt('body:excerpt(5)'), 'Hello');
  assert.equal(await excerpt('body:excerpt(5,true)'), 'Hello...');
  assert.equal(await excerpt('body:excerpt(200,true)'), 'Hello big world');
});

scenario('an email address is shown to its owner, and to others where it is meant to be', async (context) => {
  const { person, team } = context;
  const ada = await person();
  const bob = await person('Bob', { emailVisibility: true });
  const eve = await person('Eve');
  await team(ada, [bob, 'viewer'], [eve, 'viewer']);
  assert.equal((await ada.collection('users').getOne(ada.me)).email, ada.email);
  assert.equal((await ada.collection('users').getOne(bob.me)).email, bob.email);
  assert.equal('email' in (await ada.collection('users').getOne(eve.me)), false);
});

scenario('secrets are in no reply', async ({ person, admin }) => {
  const ada = await person();
  const boss = await admin();
  const asked = { fields: '*,password,tokenKey' };
  const replies = [
    ada.authStore.record,
    await ada.collection('users').getOne(ada.me, asked),
    await boss.collection('users').getOne(ada.me, asked),
    (await boss.collection('users').getList(1, 1, asked)).items[0],
  ];
  for (const reply of replies) {
    for (const secret of ['password', 'passwordConfirm', 'tokenKey', 'passwordHash']) {
      assert.equal(secret in reply, false, secret);
    }
  }
});

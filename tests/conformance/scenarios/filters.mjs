// Filters: each operator, literal, function and path, and what is refused.

import assert from 'node:assert/strict';
import { refusal, scenario } from '../scenario.mjs';

const rows = [
  { title: 'alpha', body: 'The quick fox', color: 'red', pinned: true, remind: '2026-01-01 00:00:00.000Z' },
  { title: 'Beta', body: '50% off', color: 'blue', pinned: false, remind: '2026-06-15 12:30:00.000Z' },
  { title: 'gamma', body: '', color: '', pinned: true, remind: '' },
  { title: "it's", body: 'a "quoted" word', color: 'red', pinned: false, remind: '2030-12-31 23:59:59.999Z' },
];

async function reader(person) {
  const ada = await person();
  const batch = ada.createBatch();
  for (const row of rows) batch.collection('notes').create({ owner: ada.me, ...row });
  await batch.send();
  const found = async (filter) => {
    const list = await ada.collection('notes').getFullList({ filter, sort: '@rowid' });
    return list.map(({ title }) => title[0]).join('');
  };
  return { ada, found };
}

/** The titles of a project's tasks that a filter finds: other teams' may be public. */
async function titlesIn(project, tasks, filter) {
  const own = `project = "${project.id}" && (${filter})`;
  return (await tasks.getFullList({ filter: own, sort: '@rowid' })).map(({ title }) => title).join(' ');
}

/** Asserts what each filter finds: the initials of the titles. */
async function expect(found, cases) {
  const actual = {};
  for (const filter of Object.keys(cases)) {
    actual[filter] = await found(filter).catch((error) => `${error.status} ${error.response.message}`);
  }
  assert.deepEqual(actual, cases);
}

scenario('comparisons', async ({ person }) => {
  const { found } = await reader(person);
  await expect(found, {
    'title = "alpha"': 'a',
    "title = 'alpha'": 'a',
    'title="alpha"': 'a',
    'title != "alpha"': 'Bgi',
    'title > "alpha"': 'gi',
    'title >= "alpha"': 'agi',
    'title < "gamma"': 'aB',
    'pinned = true': 'ag',
    'pinned != true': 'Bi',
    'color = ""': 'g',
    'color = null': 'g',
    'color != null': 'aBi',
    'remind > "2026-01-01 00:00:00.000Z"': 'Bi',
    'remind >= "2026-06-15"': 'Bi',
    'remind < "2026-06-15 12:30:00.000Z" && remind != ""': 'a',
    'remind = ""': 'g',
    '"alpha" = title': 'a',
    'title = "ALPHA"': '',
    'title ?= "alpha"': 'a',
    'title > "a" && title < "b"': 'a',
  });
});

scenario('comparisons of numbers', async ({ person, team }) => {
  const ada = await person();
  const { project } = await team(ada);
  for (const estimate of [0, 0.5, 2, 10, 1000]) {
    await ada.collection('tasks').create({ title: String(estimate), project: project.id, estimate });
  }
  const found = (filter) => titlesIn(project, ada.collection('tasks'), filter);
  await expect(found, {
    'estimate = 2': '2',
    'estimate = 2.0': '2',
    'estimate != 2': '0 0.5 10 1000',
    'estimate > 2': '10 1000',
    'estimate <= 0.5': '0 0.5',
    'estimate > -1': '0 0.5 2 10 1000',
    'estimate = 0': '0',
    'estimate >= 2 && estimate < 1000': '2 10',
  });
});

scenario('letters beyond ASCII', async ({ person }) => {
  const ada = await person();
  for (const title of ['Über', 'über', '日本語', '🍞 bread']) await ada.collection('notes').create({ owner: ada.me, title });
  const found = async (filter) =>
    (await ada.collection('notes').getFullList({ filter, sort: '@rowid' })).map(({ title }) => title).join(' ');
  await expect(found, {
    'title = "über"': 'über',
    'title ~ "BER"': 'Über über',
    'title ~ "ü"': 'über',
    'title ~ "本"': '日本語',
    'title ~ "🍞"': '🍞 bread',
  });
});

scenario('a filter that is too long, an order by too much', async ({ person }) => {
  const ada = await person();
  const long = await refusal(ada.collection('notes').getList(1, 1, { filter: `title = "${'x'.repeat(5000)}"` }));
  assert.equal(long.status, 400);
  const sort = 'title,body,color,pinned,remind,created,updated,id,owner';
  assert.equal((await refusal(ada.collection('notes').getList(1, 1, { sort }))).status, 400);
});

scenario('the like operator', async ({ person }) => {
  const { found } = await reader(person);
  await expect(found, {
    'title ~ "ALPHA"': 'a',
    'title ~ "a"': 'aBg',
    'title !~ "a"': 'i',
    'title ~ "a%"': 'a',
    'title ~ "%a"': 'aBg',
    'body ~ "50%"': 'B',
    'body ~ "_uick"': '',
    'title ~ ""': 'aBgi',
  });
});

scenario('and, or, parentheses, spaces, comments', async ({ person }) => {
  const { found } = await reader(person);
  await expect(found, {
    'pinned = true && color = "red"': 'a',
    'pinned = true || color = "blue"': 'aBg',
    'pinned = true && (color = "blue" || color = "")': 'g',
    'pinned=true&&color=""||title="Beta"': 'Bg',
    '(((title = "Beta")))': 'B',
    '  title   =   "Beta"  ': 'B',
    'title = "Beta" // the second': 'B',
  });
});

scenario('strings keep their quotes', async ({ person }) => {
  const { found } = await reader(person);
  await expect(found, {
    'title = "it\'s"': 'i',
    "title = 'it\\'s'": 'i',
    'body ~ "\\"quoted\\""': 'i',
    "body ~ '\"quoted\"'": 'i',
  });
});

scenario('placeholders are quoted for their type', async ({ person }) => {
  const { ada, found } = await reader(person);
  const filter = (raw, values) => ada.filter(raw, values);
  assert.equal(await found(filter('title = {:t}', { t: "it's" })), 'i');
  assert.equal(await found(filter('body ~ {:t}', { t: '"quoted"' })), 'i');
  assert.equal(await found(filter('pinned = {:p} && color != {:n}', { p: true, n: null })), 'a');
  assert.equal(await found(filter('remind < {:d} && remind != ""', { d: new Date('2026-06-01') })), 'a');
  assert.equal(await found(filter('title = {:t}', { t: '" || title != "' })), '');
});

scenario('moments', async ({ person }) => {
  const { found } = await reader(person);
  await expect(found, {
    'created <= @now': 'aBgi',
    'created >= @todayStart && created <= @todayEnd': 'aBgi',
    'created > @yearStart && created < @yearEnd': 'aBgi',
    'created >= @monthStart && created <= @monthEnd': 'aBgi',
    'remind > @tomorrow': 'i',
    'created < @yesterday': '',
  });
});

scenario('modifiers of a filter', async ({ person, team, differs }) => {
  const ada = await person();
  const { project } = await team(ada);
  const tasks = ada.collection('tasks');
  for (const [title, tags] of [['one', ['bug']], ['two', ['bug', 'docs']], ['none', []]]) {
    await tasks.create({ title, project: project.id, tags });
  }
  const found = async (filter) => titlesIn(project, tasks, filter);
  await expect(found, {
    'tags:length = 2': 'two',
    'tags:length > 0': 'one two',
    'tags:each ?= "docs"': 'two',
    'tags:each = "bug"': 'one',
    'tags ~ "docs"': differs('the like operator on a list'),
    'tags ?~ "docs"': 'two',
    'title:lower = "one"': 'one',
  });
});

scenario('paths over relations', async ({ person, team }) => {
  const ada = await person();
  const { team: web, project } = await team(ada);
  const tasks = ada.collection('tasks');
  const one = await tasks.create({ title: 'one', project: project.id, assignee: ada.me });
  await tasks.create({ title: 'two', project: project.id });
  await ada.collection('comments').create({ task: one.id, author: ada.me, body: 'First' });
  await ada.collection('comments').create({ task: one.id, author: ada.me, body: 'Second' });
  const found = async (filter) => titlesIn(project, tasks, filter);
  await expect(found, {
    [`project.team.slug = "${web.slug}"`]: 'one two',
    'assignee.name = "Ada"': 'one',
    'assignee.name != "Ada"': 'two',
    'comments_via_task.body ?= "Second"': 'one',
    'comments_via_task.body ?~ "ir"': 'one',
    'comments_via_task.body = "Second"': '',
    'comments_via_task.id = ""': 'two',
  });
});

scenario('a filter that does not parse is refused', async ({ person }) => {
  const ada = await person();
  for (const filter of ['title =', '= "x"', 'title = "x', 'title == "x"', 'title = "x" &&', '(title = "x"', 'titel = "x"', 'owner.nothing = 1', 'title = nothing("x")']) {
    const error = await refusal(ada.collection('notes').getList(1, 1, { filter }));
    assert.equal(error.status, 400, filter);
    assert.ok(error.response.message.length > 0, filter);
  }
});

scenario('a comparison of types that cannot be equal', async ({ person, differs }) => {
  const { ada } = await reader(person);
  const outcome = await ada.collection('notes').getList(1, 5, { filter: 'pinned = "yes"' }).then(
    ({ totalItems }) => [200, totalItems],
    ({ status }) => status,
  );
  assert.deepEqual(outcome, differs('a filter that compares types that cannot be equal'));
});

scenario('a filter that asks who is calling', async ({ person, differs }) => {
  const { ada } = await reader(person);
  const outcome = await ada.collection('notes').getList(1, 5, { filter: 'owner = @request.auth.id' }).then(
    ({ totalItems }) => [200, totalItems],
    ({ status }) => status,
  );
  assert.deepEqual(outcome, differs('a filter that asks about the request'));
});

scenario('a filter by what nobody may read', async ({ person }) => {
  const ada = await person();
  for (const filter of ['password != ""', 'tokenKey ~ "a"', 'password:lower ~ "a"']) {
    const error = await refusal(ada.collection('users').getList(1, 1, { filter }));
    assert.equal(error.status, 400, filter);
  }
  assert.equal((await refusal(ada.collection('users').getList(1, 1, { sort: 'tokenKey' }))).status, 400);
});

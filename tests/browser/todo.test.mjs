// The example app, driven by two people: each sees what the rules let them, and a
// write that is refused says why in words that a person understands.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertOf, makeList, openApp, PASSWORD, person, submit, task, visitor } from './people.mjs';

test('the example app', async (t) => {
  const app = await openApp(t);

  await t.test('two people share a list, and its rules hold for both', async (t) => {
    const ada = await person(t, app, 'Ada');
    const bob = await person(t, app, 'Bob');
    await makeList(ada, 'Bakery', 'Opening day');
    await ada.getByText('Nothing to do yet').waitFor();
    await submit(ada, 'New task', 'Buy flour');
    await task(ada, 'Buy flour').waitFor();

    await bob.reload();
    await bob.getByText('Create a team, then a list in it').waitFor();
    assert.equal(await bob.getByText('Bakery').count(), 0);
    const code = await bob.locator('code').innerText();
    await submit(ada, 'Code of the new member', 'Bob');
    assert.equal(await alertOf(ada), 'Nobody has this code. Each person finds theirs on their first page.');
    await submit(ada, 'Code of the new member', code);
    await ada.getByLabel('Role of Bob').waitFor();
    await submit(ada, 'Code of the new member', code);
    assert.equal(await alertOf(ada), 'They are in the team already.');

    await bob.reload();
    await bob.getByRole('button', { name: 'Opening day' }).click();
    await task(bob, 'Buy flour').waitFor();
    await submit(bob, 'New task', 'Hire a band');
    assert.equal(
      await alertOf(bob),
      'You may not add tasks to this list. You are a viewer of Bakery: ask its owner to make you an editor.',
    );
    assert.equal(await task(bob, 'Hire a band').count(), 0);
    await bob.getByRole('button', { name: 'Dismiss' }).click();

    await task(bob, 'Buy flour').getByRole('checkbox').click();
    assert.match(await alertOf(bob), /^You may not change this task\. You are a viewer/);
    assert.equal(await task(bob, 'Buy flour').getByRole('checkbox').isChecked(), false);

    await ada.getByLabel('Role of Bob').selectOption('editor');
    await bob.reload();
    await bob.getByRole('button', { name: 'Opening day' }).click();
    await submit(bob, 'New task', 'Hire a band');
    await task(bob, 'Hire a band').waitFor();
    await bob.getByRole('button', { name: 'Delete “Buy flour”' }).click();
    assert.equal(await alertOf(bob), 'Only whoever added this task, or the owner of the team, may delete it.');
    await task(bob, 'Buy flour').waitFor();

    await ada.reload();
    await ada.getByRole('button', { name: 'Opening day' }).click();
    await task(ada, 'Hire a band').getByRole('checkbox').click();
    await ada.getByText('Done (1)').click();
    assert.equal(await task(ada, 'Hire a band').getByRole('checkbox').isChecked(), true);
    await ada.getByLabel('Who does “Buy flour”').selectOption('Bob');
    await ada.getByRole('button', { name: 'Comments on “Buy flour”' }).click();
    await submit(ada, 'Comment on “Buy flour”', 'Two sacks, please');
    await ada.getByText('Two sacks, please').waitFor();

    await bob.reload();
    await bob.getByRole('button', { name: 'Opening day' }).click();
    await bob.getByRole('button', { name: 'Comments on “Buy flour”' }).click();
    await bob.getByText('Two sacks, please').waitFor();
    assert.equal(await bob.getByLabel('Who does “Buy flour”').inputValue(), code);
  });

  await t.test('a stranger sees a list once it is public, and may only look', async (t) => {
    const cleo = await person(t, app, 'Cleo');
    const dan = await person(t, app, 'Dan');
    await makeList(cleo, 'Choir', 'Concert');
    await submit(cleo, 'New task', 'Print the notes');
    await task(cleo, 'Print the notes').waitFor();
    assert.equal(await dan.getByText('Concert').count(), 0);
    await cleo.getByLabel('Everybody may look').click();
    await cleo.getByRole('checkbox', { name: 'Everybody may look', checked: true }).waitFor();

    await dan.reload();
    await dan.getByRole('button', { name: 'Concert' }).click();
    await task(dan, 'Print the notes').waitFor();
    assert.equal(await dan.getByLabel('Members').count(), 0);
    await submit(dan, 'New task', 'Sing');
    assert.equal(await alertOf(dan), 'You may not add tasks to this list. It belongs to a team that you are not in.');
  });

  await t.test('signing in says what is wrong, and stays after a reload', async (t) => {
    const eve = await person(t, app, 'Eve');
    await eve.getByRole('button', { name: 'Sign out' }).click();
    await eve.getByLabel('Email address').fill('eve@example.com');
    await eve.getByLabel('Password').fill('not the password');
    await eve.getByLabel('Password').press('Enter');
    assert.equal(await alertOf(eve), 'This email and password do not belong together.');
    await eve.getByLabel('Password').fill(PASSWORD);
    await eve.getByLabel('Password').press('Enter');
    await eve.getByRole('heading', { name: 'Hello, Eve' }).waitFor();
    await eve.reload();
    await eve.getByRole('heading', { name: 'Hello, Eve' }).waitFor();

    const twin = await visitor(t, app);
    await twin.getByRole('button', { name: 'Create an account' }).click();
    await twin.getByLabel('Your name').fill('Twin');
    await twin.getByLabel('Email address').fill('eve@example.com');
    await twin.getByLabel('Password').fill(PASSWORD);
    await twin.getByRole('button', { name: 'Create account' }).click();
    assert.match(await alertOf(twin), /^Email address: /);
  });

  await t.test('a server that is out of reach is said, and can be tried again', async (t) => {
    const finn = await person(t, app, 'Finn');
    await makeList(finn, 'Garden', 'Spring');
    await finn.route('**/api/**', (route) => route.abort());
    await submit(finn, 'New task', 'Sow');
    assert.equal(await alertOf(finn), 'The server cannot be reached. Check your connection and try again.');
    assert.equal(await finn.getByLabel('New task').inputValue(), 'Sow', 'what was written is lost');

    await finn.reload();
    await finn.getByRole('button', { name: 'Try again' }).waitFor();
    await finn.unroute('**/api/**');
    await finn.getByRole('button', { name: 'Try again' }).click();
    await finn.getByRole('button', { name: 'Spring' }).click();
    await finn.getByText('Nothing to do yet').waitFor();
  });

  await t.test('a phone shows all of it', async (t) => {
    const hana = await person(t, app, 'Hana');
    await makeList(hana, 'A team with a rather long name', 'A list with a rather long name as well');
    await submit(hana, 'New task', 'A task that takes more words to say than there is room for on a phone');
    await hana.getByRole('button', { name: 'Comments on “A task' }).click();
    await hana.setViewportSize({ width: 360, height: 700 });
    await hana.reload();
    await hana.getByRole('button', { name: 'A list with' }).click();
    await hana.getByRole('heading', { name: 'A list with', includeHidden: false }).waitFor();
    assert.match(await hana.evaluate(() => document.activeElement.innerText), /^A list with/, 'the opened list is not where the focus is');
    assert.equal(await hana.evaluate(() => document.documentElement.scrollWidth), 360);
    assert.equal(await hana.evaluate(() => Math.max(...[...document.querySelectorAll('main *')].map((part) => part.getBoundingClientRect().right)) <= 360), true);
  });

  await t.test('every control has a name, with mouse and keyboard alike', async (t) => {
    const gil = await person(t, app, 'Gil');
    await makeList(gil, 'Club', 'Party');
    await submit(gil, 'New task', 'Music');
    await gil.getByRole('button', { name: 'Comments on “Music”' }).click();
    const nameless = await gil.evaluate(() =>
      [...document.querySelectorAll('button, input, select, summary')]
        .filter((control) => !(control.ariaLabel || control.labels?.[0]?.innerText || control.innerText))
        .map((control) => control.outerHTML),
    );
    assert.deepEqual(nameless, []);
    await gil.getByRole('button', { name: 'Sign out' }).focus();
    await gil.keyboard.press('Enter');
    await gil.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  });
});

// What the schema declares and a PocketBase collection cannot: the default of a
// select field, and who made a record.

onRecordCreate((e) => {
  const defaults = { users: ['role', 'member'], memberships: ['role', 'viewer'], tasks: ['status', 'todo'] };
  const [field, value] = defaults[e.record.collection().name] || [];
  if (field && !e.record.get(field)) e.record.set(field, value);
  e.next();
}, 'users', 'memberships', 'tasks');

onRecordCreateRequest((e) => {
  if (e.auth) e.record.set('created_by', e.auth.id);
  e.next();
}, 'tasks');

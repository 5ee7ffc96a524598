// What becomes of each public method of the official client: `served`, with the
// scenario that calls it; `not yet`, with a call that must be refused until it is
// served; or `not`, deliberately, with the reason.

const served = (scenario) => ({ state: 'served', scenario });
const notYet = (what, call) => ({ state: 'not yet', what, call });
const not = (why, call) => ({ state: 'not', why, call });

const ID = 'abcdefghij00000';
const users = (pb) => pb.collection('users');
const MAIL = 'Mail to users, with the tokens that confirm, is a part of its own.';
const COLLECTIONS = 'Collections are declared in `schema/`; changing them while the app runs is a part of its own.';
const REALTIME = 'Events are a part of their own.';
const SETTINGS = 'Settings are variables and secrets of the deployment, which only its owner changes.';
const LOGS = 'The log is the platform\'s (Workers Logs, `wrangler tail`), with a line for each request.';
const BACKUPS = 'Exports are a part of their own.';

export const rows = {
  'Client.admins': served('the administrator signs in from the old place as well'),
  'Client.autoCancellation': served('of two requests alike the first is given up'),
  'Client.baseUrl': served('addresses'),
  'Client.buildURL': served('addresses'),
  'Client.buildUrl': served('addresses'),
  'Client.cancelAllRequests': served('a request is given up by hand'),
  'Client.cancelRequest': served('a request is given up by hand'),
  'Client.collection': served('a created record comes back whole'),
  'Client.createBatch': served('a batch writes all'),
  'Client.filter': served('placeholders are quoted for their type'),
  'Client.getFileUrl': served('addresses'),
  'Client.send': served('a path that there is not'),

  'RecordService.authRefresh': served('refreshing gives a token and the record as it is now'),
  'RecordService.authWithOAuth2': notYet('Signing in by other services is a part of its own.', (pb) =>
    users(pb).authWithOAuth2('google', 'code', 'verifier', 'http://127.0.0.1')),
  'RecordService.authWithOAuth2Code': notYet('As `authWithOAuth2`.', (pb) =>
    users(pb).authWithOAuth2Code('google', 'code', 'verifier', 'http://127.0.0.1')),
  'RecordService.authWithOTP': notYet(MAIL, (pb) => users(pb).authWithOTP(ID, '123456')),
  'RecordService.authWithPassword': served('signing in fills the store'),
  'RecordService.baseCollectionPath': served('addresses'),
  'RecordService.baseCrudPath': served('addresses'),
  'RecordService.confirmEmailChange': notYet(MAIL, (pb) => users(pb).confirmEmailChange('a.b.c', 'password')),
  'RecordService.confirmPasswordReset': notYet(MAIL, (pb) => users(pb).confirmPasswordReset('a.b.c', 'password', 'password')),
  'RecordService.confirmVerification': notYet(MAIL, (pb) =>
    users(pb).confirmVerification(`a.${Buffer.from('{}').toString('base64url')}.c`)),
  'RecordService.create': served('a created record comes back whole'),
  'RecordService.delete': served('a deleted record is gone'),
  'RecordService.getFirstListItem': served('the first of a filter'),
  'RecordService.getFullList': served('all records, in as many requests as it takes'),
  'RecordService.getList': served('pages'),
  'RecordService.getOne': served('a created record comes back whole'),
  'RecordService.impersonate': notYet('A token of a user for an administrator is a part of its own.', (pb) =>
    users(pb).impersonate(ID, 60)),
  'RecordService.isSuperusers': served('the administrator bypasses rules'),
  'RecordService.listAuthMethods': served('the ways to sign in'),
  'RecordService.listExternalAuths': notYet('As `authWithOAuth2`; it reads the collection `_externalAuths`.', (pb) =>
    users(pb).listExternalAuths(ID)),
  'RecordService.requestEmailChange': notYet(MAIL, (pb) => users(pb).requestEmailChange('a@example.com')),
  'RecordService.requestOTP': notYet(MAIL, (pb) => users(pb).requestOTP('a@example.com')),
  'RecordService.requestPasswordReset': notYet(MAIL, (pb) => users(pb).requestPasswordReset('a@example.com')),
  'RecordService.requestVerification': notYet(MAIL, (pb) => users(pb).requestVerification('a@example.com')),
  'RecordService.subscribe': notYet(REALTIME, subscribe),
  'RecordService.unlinkExternalAuth': notYet('As `listExternalAuths`.', (pb) => users(pb).unlinkExternalAuth(ID, 'google')),
  'RecordService.unsubscribe': notYet(REALTIME, subscribe),
  'RecordService.update': served('an update changes what it names'),

  'BatchService.collection': served('a batch writes all'),
  'BatchService.send': served('a batch writes all'),
  'SubBatchService.create': served('a batch writes all'),
  'SubBatchService.delete': served('a batch writes all'),
  'SubBatchService.update': served('a batch writes all'),
  'SubBatchService.upsert': served('an upsert creates, then updates'),

  'BaseAuthStore.clear': served('a store forgets with the program'),
  'BaseAuthStore.exportToCookie': served('a session travels in a cookie'),
  'BaseAuthStore.isAdmin': served('the administrator bypasses rules'),
  'BaseAuthStore.isAuthRecord': served('the administrator bypasses rules'),
  'BaseAuthStore.isSuperuser': served('the administrator bypasses rules'),
  'BaseAuthStore.isValid': served('signing in fills the store'),
  'BaseAuthStore.loadFromCookie': served('a session travels in a cookie'),
  'BaseAuthStore.model': served('a store forgets with the program'),
  'BaseAuthStore.onChange': served('a store tells of changes'),
  'BaseAuthStore.record': served('a store forgets with the program'),
  'BaseAuthStore.save': served('a store forgets with the program'),
  'BaseAuthStore.token': served('a store forgets with the program'),
  'AsyncAuthStore.clear': served('a session is kept in a store of one\'s own'),
  'AsyncAuthStore.save': served('a session is kept in a store of one\'s own'),
  'LocalAuthStore.clear': served('stores with other keys do not meet'),
  'LocalAuthStore.model': served('stores with other keys do not meet'),
  'LocalAuthStore.record': served('stores with other keys do not meet'),
  'LocalAuthStore.save': served('stores with other keys do not meet'),
  'LocalAuthStore.token': served('stores with other keys do not meet'),

  'ClientResponseError.data': served('an error of the client'),
  'ClientResponseError.toJSON': served('an error of the client'),
  'HealthService.check': served('the server is well'),
  'cookieParse': served('a session travels in a cookie'),
  'cookieSerialize': served('a session travels in a cookie'),
  'getTokenPayload': served('a token says who it is for'),
  'isTokenExpired': served('a token says who it is for'),
  'normalizeUnknownQueryParams': served('options of a request become its query'),
  'serializeQueryParams': served('options of a request become its query'),

  'FileService.getToken': served('a file comes with a record and opens with a token'),
  'FileService.getURL': served('addresses'),
  'FileService.getUrl': served('addresses'),

  'RealtimeService.isConnected': served('addresses'),
  'RealtimeService.subscribe': notYet(REALTIME, subscribe),
  'RealtimeService.unsubscribe': notYet(REALTIME, subscribe),
  'RealtimeService.unsubscribeByPrefix': notYet(REALTIME, subscribe),
  'RealtimeService.unsubscribeByTopicAndListener': notYet(REALTIME, subscribe),

  'CrudService.create': notYet(COLLECTIONS, (pb) => pb.collections.create({ name: 'more', type: 'base' })),
  'CrudService.decode': served('records can be decoded into something else'),
  'CrudService.delete': notYet(COLLECTIONS, (pb) => pb.collections.delete('notes')),
  'CrudService.getFirstListItem': served('an administrator reads the collections'),
  'CrudService.getFullList': served('an administrator reads the collections'),
  'CrudService.getList': served('an administrator reads the collections'),
  'CrudService.getOne': served('a collection has its fields with their options'),
  'CrudService.update': notYet(COLLECTIONS, (pb) => pb.collections.update('notes', { name: 'other' })),
  'CollectionService.baseCrudPath': served('addresses'),
  'CollectionService.dryRunViewQuery': not('There are no view collections, and no SQL from outside reaches an app.', (pb) =>
    pb.collections.dryRunViewQuery('SELECT 1 AS id')),
  'CollectionService.getAllOAuth2Providers': notYet('As `authWithOAuth2`.', (pb) => pb.collections.getAllOAuth2Providers()),
  'CollectionService.getScaffolds': not('It serves PocketBase\'s own admin UI.', (pb) => pb.collections.getScaffolds()),
  'CollectionService.import': notYet(COLLECTIONS, (pb) => pb.collections.import([])),
  'CollectionService.truncate': notYet(COLLECTIONS, (pb) => pb.collections.truncate('notes')),

  'BackupService.create': notYet(BACKUPS, (pb) => pb.backups.create('now')),
  'BackupService.delete': notYet(BACKUPS, (pb) => pb.backups.delete('now')),
  'BackupService.getDownloadURL': served('addresses'),
  'BackupService.getDownloadUrl': served('addresses'),
  'BackupService.getFullList': notYet(BACKUPS, (pb) => pb.backups.getFullList()),
  'BackupService.restore': notYet(BACKUPS, (pb) => pb.backups.restore('now')),
  'BackupService.upload': notYet(BACKUPS, (pb) => pb.backups.upload({ file: 'now' })),

  'CronService.getFullList': notYet('Timers are a part of their own.', (pb) => pb.crons.getFullList()),
  'CronService.run': notYet('Timers are a part of their own.', (pb) => pb.crons.run('job')),
  'LogService.getList': not(LOGS, (pb) => pb.logs.getList()),
  'LogService.getOne': not(LOGS, (pb) => pb.logs.getOne(ID)),
  'LogService.getStats': not(LOGS, (pb) => pb.logs.getStats()),
  'LogService.truncate': not(LOGS, (pb) => pb.logs.truncate()),
  'SQLService.run': not('No SQL from outside reaches an app: rules and schema would not hold for it.', (pb) =>
    pb.sql.run('SELECT 1')),
  'SettingsService.generateAppleClientSecret': not(SETTINGS, (pb) => pb.settings.generateAppleClientSecret('a', 'b', 'c', 'd', 60)),
  'SettingsService.getAll': not(SETTINGS, (pb) => pb.settings.getAll()),
  'SettingsService.testEmail': not(SETTINGS, (pb) => pb.settings.testEmail('users', 'a@example.com', 'verification')),
  'SettingsService.testS3': not(SETTINGS, (pb) => pb.settings.testS3()),
  'SettingsService.update': not(SETTINGS, (pb) => pb.settings.update({})),
};

// The client opens an event source, which Node has none of; this is what it asks for.
function subscribe(pb) {
  return pb.send('/api/realtime', { method: 'POST', body: { clientId: 'x', subscriptions: ['notes'] } });
}

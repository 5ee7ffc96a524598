// The bundle with hasher objects that live in another process, as the platform
// places them; plain workerd would run them on the one thread of all its objects.
// For the bench: the hashing itself is done by there.mjs.

import { DurableObject } from 'cloudflare:workers';

export { AppObject, RealmObject, SystemObject, default } from '../../src/entry.mjs';

export class HasherObject extends DurableObject {
  async hash(jobs) {
    // JSON knows no undefined: a job to make a hash is a list of one.
    const sent = jobs.map(([password, stored]) => (stored === undefined ? [password] : [password, stored]));
    const response = await this.env.HASHERS.fetch('http://hashers/', { method: 'POST', body: JSON.stringify(sent) });
    return response.json();
  }
}

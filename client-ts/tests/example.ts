// What the examples of the documentation take for granted: a server, and a client
// of it with somebody signed in.

import { createClient } from 'ringfence';
import type { Schema } from './app.js';

export const address = process.env['RINGFENCE_EXAMPLES'] ?? '';
export const client = createClient<Schema>(address);

await client.auth.signIn('ann@example.com', 'a long password');

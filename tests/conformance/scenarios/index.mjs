// Every scenario, by subject.

import './records.mjs';
import './lists.mjs';
import './filters.mjs';
import './shapes.mjs';
import './refusals.mjs';
import './batches.mjs';
import './signing-in.mjs';
import './collections.mjs';
import './files.mjs';
import './client.mjs';

export { scenarios } from '../scenario.mjs';

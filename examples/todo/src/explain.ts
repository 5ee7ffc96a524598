// What went wrong, for the person in front of the screen. Rules refuse with one
// word, `forbidden`; what that means here, the place that tried knows best.

import { isError } from 'ringfence';

/** A sentence or two: what happened, and what to do about it. */
export function explain(error: unknown, refused = 'You are not allowed to do this.'): string {
  if (isError(error, 'forbidden')) return refused;
  if (isError(error, 'not_found')) return 'This is not there any more, or it is not shared with you.';
  if (isError(error, 'network')) return 'The server cannot be reached. Check your connection and try again.';
  if (isError(error, 'timeout')) return 'The server took too long to answer. Try again.';
  if (isError(error, 'invalid_token')) return 'You were signed out. Sign in again to go on.';
  if (isError(error, 'validation_failed')) {
    const problems = Object.entries(error.fields).map(
      ([field, { code, message }]) => sentences[`${field} ${code}`] ?? `${nameOf(field)}: ${message}`,
    );
    return [...new Set(problems)].join(' ') || error.message;
  }
  if (isError(error)) return error.message;
  return 'Something went wrong in this page. Reload it and try again.';
}

/** Where the server's words are for whoever wrote the app. */
const sentences: Record<string, string> = {
  'user missing_record': 'Nobody has this code. Each person finds theirs on their first page.',
  'user unique': 'They are in the team already.',
  'team unique': 'They are in the team already.',
};

const names: Record<string, string> = { email: 'Email address', password: 'Password', user: 'Code', slug: 'Name' };

function nameOf(field: string): string {
  return names[field] ?? field.charAt(0).toUpperCase() + field.slice(1);
}

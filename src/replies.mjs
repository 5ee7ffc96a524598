// The platform's Responses, made of what Rust decided.

// A Response copies its headers, so that these are set for each before it is made:
// that costs less than a plain object, and less than setting them on the Response.
class OwnHeaders {
  #headers;
  #set = new Set();

  constructor(fixed) {
    this.#headers = new Headers(fixed);
  }

  set(name, value) {
    if (value !== undefined) {
      this.#headers.set(name, String(value));
      this.#set.add(name);
    } else if (this.#set.delete(name)) {
      this.#headers.delete(name);
    }
  }

  response(body, status) {
    return new Response(body, { status, headers: this.#headers });
  }
}

// As JSON and `nosniff` nothing of a reply runs in a browser: it needs no policy.
const ofReplies = new OwnHeaders({
  'content-type': 'application/json',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
});

const ofFiles = new OwnHeaders({
  'x-content-type-options': 'nosniff',
  // INVARIANT: whatever a file holds, it runs in no origin.
  'content-security-policy': "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, X-Request-Id',
});
const SAID_OF_FILES = ['etag', 'cache-control', 'content-disposition', 'accept-ranges', 'content-type', 'content-range'];

// What the front and an object say to each other, as JSON in headers: of the bytes of a
// request; what to do with them; and which blob belongs to a reply.
// INVARIANT: no client says the first, as the front writes it over, nor is told the others.
export const SAID = 'x-ringfence-said';
export const TASK = 'x-ringfence-task';
export const BLOB = 'x-ringfence-blob';

export function reply(status, before, kept, after, etag, retryAfter, requestId) {
  const isEmpty = status === 204 || status === 304;
  const text = (before ?? '') + (kept ?? '') + (after ?? '');
  ofReplies.set('x-request-id', requestId);
  ofReplies.set('etag', etag);
  ofReplies.set('retry-after', retryAfter);
  return ofReplies.response(isEmpty ? null : text, status);
}

const forTheFront = (name) => {
  const headers = new OwnHeaders();
  return (json) => {
    headers.set(name, json);
    return headers.response(null, 200);
  };
};

/** For the front: what to do with the bytes. */
export const task = forTheFront(TASK);

/** For the front: a file's reply, in one header, as each costs on its way. */
export const blob = forTheFront(BLOB);

/** A file's reply, as the object said it should be. */
export function fileReply(body, { status, headers, length, requestId }) {
  for (const name of SAID_OF_FILES) ofFiles.set(name, headers[name]);
  ofFiles.set('content-length', length ?? undefined);
  ofFiles.set('x-request-id', requestId);
  return ofFiles.response(body, status);
}

export const preflight = () =>
  new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, POST, PATCH, PUT, DELETE',
      'access-control-allow-headers': '*, Authorization',
      'access-control-max-age': '86400',
    },
  });

// Pages of other origins may read the reply. Others are not told so: each header
// costs as much as a lookup by index. No reply is cached, so none needs a Vary.
export function allowOrigin(request, response) {
  if (request.headers.has('origin') && !response.headers.has('access-control-allow-origin')) {
    response.headers.set('access-control-allow-origin', '*');
    response.headers.set('access-control-expose-headers', 'ETag, Retry-After, X-Request-Id');
  }
  return response;
}

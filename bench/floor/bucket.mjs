// The floor of files: a stateless Worker that puts the bytes it is sent into the bucket
// as they come, and gives them back as they are. Asks nobody who they are.

export default {
  async fetch(request, env) {
    const key = new URL(request.url).pathname.slice(1);
    switch (request.method) {
      case 'PUT': {
        const { size, httpEtag } = await env.FILES.put(key, request.body);
        return Response.json({ key, size, etag: httpEtag });
      }
      case 'GET': {
        const found = await env.FILES.get(key);
        if (found === null) return new Response(null, { status: 404 });
        const headers = { 'content-type': 'application/octet-stream', 'content-length': String(found.size), etag: found.httpEtag };
        return new Response(found.body, { headers });
      }
      case 'DELETE':
        await env.FILES.delete(key);
        return new Response(null, { status: 204 });
      default:
        return new Response(null, { status: 405 });
    }
  },
};

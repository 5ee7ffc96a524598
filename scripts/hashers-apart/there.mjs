// The process of the hasher objects: takes the jobs of here.mjs to the real ones.

export { HasherObject } from '../../src/entry.mjs';

export default {
  async fetch(request, env) {
    return Response.json(await env.HASHER.getByName('0').hash(await request.json()));
  },
};

// `expand` and `select` as the parameters `expand` and `fields` of a request.

/** The parameters of a shape; undefined where there is nothing to ask. */
export function shapeParams(
  expanded: readonly string[],
  selected: readonly string[],
): { expand: string | undefined; fields: string | undefined } {
  const followed = selected.filter((path) => path.includes('.')).map((path) => path.slice(0, path.lastIndexOf('.')));
  const expand = [...new Set([...expanded, ...followed])];
  const fields = selected.length === 0 ? [] : [...selected, ...expanded.flatMap((path) => wholeOf(path, selected))];
  return { expand: listed(expand), fields: listed([...new Set(fields.map(onTheWire))]) };
}

/**
 * The part of an expanded path that comes whole: up to the first step of which
 * nothing in particular is selected.
 */
function wholeOf(path: string, selected: readonly string[]): string[] {
  const steps = path.split('.');
  for (let length = 1; length <= steps.length; length += 1) {
    const prefix = steps.slice(0, length).join('.');
    if (!selected.some((one) => one.startsWith(`${prefix}.`))) return [`${prefix}.`];
  }
  return [];
}

/** `author.team.name` is `expand.author.expand.team.name`; a dot at the end means all. */
function onTheWire(path: string): string {
  const steps = path.split('.');
  const leaf = steps.pop() ?? '';
  const way = steps.map((step) => `expand.${step}`).join('.');
  return [way, leaf].filter(Boolean).join('.');
}

function listed(paths: readonly string[]): string | undefined {
  return paths.length === 0 ? undefined : paths.join(',');
}

// Values with files among them, as a form: the files are its parts, all else is JSON.

/** A file, by the name of its field. */
type NamedFile = readonly [name: string, file: Blob];

/** The values that JSON can say, and the files. A list may hold both: its files follow the rest. */
export function apart(values: object): { json: object; files: NamedFile[] } {
  const files: NamedFile[] = [];
  const json: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values) as [string, unknown][]) {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    const others = items.filter((one) => !(one instanceof Blob));
    for (const one of items) if (one instanceof Blob) files.push([name, one]);
    if (others.length === items.length) json[name] = value;
    else if (others.length > 0) json[name] = others;
  }
  return { json, files };
}

/** The form of them. */
export function formOf(json: object, files: readonly NamedFile[]): FormData {
  const form = new FormData();
  form.append('@jsonPayload', JSON.stringify(json));
  for (const [name, file] of files) form.append(name, file);
  return form;
}

/** The values of a record as they are, or a form where there are files. */
export function bodyOf(values: object): object {
  const { json, files } = apart(values);
  return files.length === 0 ? values : formOf(json, files);
}

// What `crates/rules-wasm` exports, as wasm-pack writes it beside the module when
// the package is built (scripts/wasm.mjs). JSON texts in, JSON texts out.

export default function load(source?: { module_or_path: unknown }): Promise<unknown>;

export function parse(text: string): string;
export function format(text: string): string;

export class App {
  constructor(schema: string, rules: string);
  rule(collection: string, purpose: string, text?: string): Rule;
}

export class Rule {
  readonly text: string;
  evaluate(question: string): boolean;
  explain(question: string): string;
  free(): void;
}

// The rule language over its Wasm module: texts across the border, objects on this
// side. What a rule means is decided in there, by the code that the server runs.

import load, { App as LoadedApp, format, parse, type Rule as LoadedRule } from './wasm/rules.js';
import type { AppDeclaration, Explanation, Expression, Mistake, Purpose, Question } from './types.ts';

/** The rule language, ready to be used. */
export interface RuleLanguage {
  /** The syntax tree of a text; throws `RuleMistakes`. */
  parse(text: string): Expression;
  /** The text in the one form that equal trees share; throws `RuleMistakes`. */
  format(text: string): string;
  /** An app's schema and rules, all of them checked; throws an `Error` that says what is wrong. */
  app(declaration: AppDeclaration): RuleApp;
}

/** The rule language in an app. */
export interface RuleApp {
  /** All that is wrong with a text; nothing, if it may be saved. */
  check(collection: string, purpose: Purpose, text: string): Mistake[];
  /**
   * A rule or filter to be asked; throws `RuleMistakes`. Without a text it is the
   * app's own rule of that operation, and where there is none, one that refuses.
   */
  rule(collection: string, purpose: Purpose, text?: string): Rule;
}

/** A checked rule or filter. */
export interface Rule {
  readonly text: string;
  /** Whether it holds. */
  evaluate(question: Question): boolean;
  /** Why it holds or does not. */
  explain(question: Question): Explanation;
}

/**
 * What is wrong with a text.
 *
 * @example
 * ```ts
 * import { loadRules, RuleMistakes } from 'ringfence/rules';
 *
 * const { parse } = await loadRules();
 * try {
 *   parse('owner = = @request.auth.id');
 * } catch (error) {
 *   if (error instanceof RuleMistakes) console.log(error.mistakes[0]?.column); // 9
 * }
 * ```
 */
export class RuleMistakes extends Error {
  override readonly name = 'RuleMistakes';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ line, column, message, hint }) => `${line}:${column}: ${message}${hint ? ` (${hint})` : ''}`).join('\n'));
    this.mistakes = mistakes;
  }
}

/** What the module is loaded from. */
export type RulesModule = WebAssembly.Module | BufferSource | Response | URL | string;

/** Loads the module; without a source from beside the glue, by `fetch`. */
export async function loadLanguage(source?: RulesModule): Promise<RuleLanguage> {
  await load(source === undefined ? undefined : { module_or_path: source });
  return {
    parse: (text) => JSON.parse(told(() => parse(text))) as Expression,
    format: (text) => told(() => format(text)),
    app: ({ schema, rules = {} }) => appOf(told(() => new LoadedApp(JSON.stringify(schema), JSON.stringify(rules)))),
  };
}

function appOf(app: LoadedApp): RuleApp {
  const compile = (collection: string, purpose: Purpose, text?: string) => told(() => app.rule(collection, purpose, text));
  return {
    check(collection, purpose, text) {
      try {
        compile(collection, purpose, text).free();
        return [];
      } catch (error) {
        if (error instanceof RuleMistakes) return [...error.mistakes];
        throw error;
      }
    },
    rule: (collection, purpose, text) => ruleOf(compile(collection, purpose, text), purpose),
  };
}

function ruleOf(rule: LoadedRule, purpose: Purpose): Rule {
  return {
    text: rule.text,
    evaluate: (question) => told(() => rule.evaluate(written(question, purpose))),
    explain: (question) => JSON.parse(told(() => rule.explain(written(question, purpose)))) as Explanation,
  };
}

const methods: { readonly [purpose in Purpose]?: string } = { insert: 'POST', update: 'PATCH', delete: 'DELETE', execute: 'POST' };

/** The question with what it leaves out. */
function written(question: Question, purpose: Purpose): string {
  const { document, body = {}, headers = {} } = question;
  const { method = methods[purpose] ?? 'GET', context = 'default', now = new Date() } = question;
  const { next = purpose === 'update' ? { ...document, ...body } : undefined } = question;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase().replaceAll('-', '_'), value]);
  return JSON.stringify({ ...question, next, headers: Object.fromEntries(named) as object, method, context, now });
}

/** What the module says, or what it throws as an error. */
function told<T>(ask: () => T): T {
  try {
    return ask();
  } catch (thrown) {
    if (typeof thrown !== 'string') throw thrown;
    const wrong = JSON.parse(thrown) as string | Mistake[];
    throw typeof wrong === 'string' ? new Error(wrong) : new RuleMistakes(wrong);
  }
}

// The rule language in browsers and Workers: parse, check, evaluate, explain. Node
// has an entry of its own (node.ts), which differs in how the module is loaded.

import { loadLanguage, type RuleLanguage, type RulesModule } from './language.ts';

export { RuleMistakes, type Rule, type RuleApp, type RuleLanguage, type RulesModule } from './language.ts';
export type {
  AppDeclaration,
  Clause,
  Explanation,
  Expression,
  Fields,
  Mistake,
  Place,
  Purpose,
  Question,
  Term,
} from './types.ts';

/**
 * The rule language, by the code that the server decides with. The Wasm module is
 * beside this one in the package; where nothing can be fetched from there, as in a
 * Worker, give it: `import module from 'ringfence/rules.wasm'`.
 *
 * What it answers is what the server would, as far as it is told of the records: a
 * button need not be shown whose request would be refused. It guards nothing.
 *
 * @example
 * ```ts
 * import { loadRules } from 'ringfence/rules';
 * import { rules, schema } from './app';
 *
 * const app = (await loadRules()).app({ schema, rules });
 * console.log(app.check('tasks', 'view', 'titel = "x"')[0]?.hint); // did you mean title?
 *
 * const mayDelete = app.rule('comments', 'delete', 'author = @request.auth.id');
 * const question = {
 *   caller: { collection: 'users', record: { id: 'u1' } },
 *   document: { id: 'c1', author: 'u2' },
 * };
 * console.log(mayDelete.evaluate(question)); // false
 * console.log(mayDelete.explain(question).deciding.values[0]); // { text: 'author', value: 'u2' }
 * ```
 */
export function loadRules(module?: RulesModule): Promise<RuleLanguage> {
  return loadLanguage(module);
}

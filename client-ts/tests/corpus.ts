// Asks `ringfence/rules` the corpus (`tests/cases`), wherever it runs: in Node and
// inside a Worker. Says what differs; it knows no test runner.

import type { Fields, Purpose, Question, RuleApp, RuleLanguage } from 'ringfence/rules';

type Rows = Record<string, Fields[]>;

/** A case file, as `crates/rules/proof/examples/corpus.rs` describes it. */
export interface CaseFile {
  path: string;
  schema: Record<string, object>;
  rules: Record<string, object>;
  records: Rows;
  after: Rows;
  people: Record<string, Question>;
  cases: Case[];
}

interface Case {
  line: number;
  collection: string;
  purpose: Purpose;
  text: string;
  refused: string | null;
  /** The answers that somebody wrote down, by caller. */
  expected: Record<string, string[]>;
  /** Those of the native evaluator, for every caller. */
  statements: { caller: string; finds: string[] }[];
}

/** What the language says otherwise than the file, and how many answers were compared. */
export function ask(language: RuleLanguage, file: CaseFile): { asked: number; failures: string[] } {
  const app = language.app({ schema: file.schema, rules: file.rules });
  const failures: string[] = [];
  let asked = 0;
  for (const one of file.cases) {
    const fail = (what: string) => void failures.push(`${file.path}:${one.line}: ${one.text}\n${what}`);
    const mistakes = app.check(one.collection, one.purpose, one.text);
    const told = mistakes.map(({ message, hint }) => `${message}${hint === null ? '' : ` (${hint})`}`).join('; ');
    if (one.refused !== null) {
      asked += 1;
      if (mistakes.length === 0 || !told.includes(one.refused)) fail(`should be refused because ${one.refused}: ${told}`);
      continue;
    }
    if (mistakes.length > 0) {
      fail(`is refused: ${told}`);
      continue;
    }
    const written = Object.entries(one.expected).map(([caller, finds]) => ({ caller, finds: one.purpose === 'execute' ? finds.map(() => '') : finds }));
    for (const { caller, finds } of [...one.statements, ...written]) {
      asked += 1;
      const ids = found(app, file, one, caller);
      if (ids.join() !== finds.join() || ids.length !== finds.length) fail(`${caller}: expected ${finds.join()}, found ${ids.join()}`);
    }
  }
  return { asked, failures };
}

/** The ids that the condition holds of; of an execute rule, an empty one if it holds. */
function found(app: RuleApp, file: CaseFile, one: Case, caller: string): string[] {
  const rule = app.rule(one.collection, one.purpose, one.text);
  const question = { ...file.people[caller], documents: file.records };
  if (one.purpose === 'execute') return rule.evaluate(question) ? [''] : [];
  const held = (file.records[one.collection] ?? []).filter((record) => {
    const next = file.after[one.collection]?.find(({ id }) => id === record['id']) ?? record;
    const whole = { ...question, ...(one.purpose === 'insert' ? { document: next } : { document: record, next }) };
    const answer = rule.evaluate(whole);
    if (rule.explain(whole).holds !== answer) throw new Error(`${one.text}: the explanation says otherwise`);
    return answer;
  });
  return held.map(({ id }) => String(id)).sort();
}

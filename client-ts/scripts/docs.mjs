// `node scripts/docs.mjs`: the reference of every export from its comments, and
// every example of it and of the guides as a program that the tests run.
//
// Reads dist/, so build first. With `--check` it fails if the reference is not up
// to date and writes nothing of it.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { folder } from './terminal.mjs';

const entries = { ringfence: 'index.d.ts', 'ringfence/files': 'files.d.ts', 'ringfence/declare': 'declare/index.d.ts', 'ringfence/rules': 'rules/index.d.ts' };
const docs = join(folder, '..', 'docs');
const reference = join(docs, 'client-reference.md');
const guides = ['client.md', 'coming-from-pocketbase.md'];
const examples = join(folder, '.examples');

/** Every export: `{module, name, isValue, comment, examples, declaration}`. */
function readExports() {
  const paths = Object.values(entries).map((path) => join(folder, 'dist', path));
  const program = ts.createProgram(paths, { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 });
  const checker = program.getTypeChecker();
  return Object.keys(entries).flatMap((module, index) => {
    const file = checker.getSymbolAtLocation(program.getSourceFile(paths[index]));
    return checker.getExportsOfModule(file).map((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      return {
        module,
        name: exported.name,
        isValue: (symbol.flags & ts.SymbolFlags.Value) !== 0,
        comment: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
        examples: symbol.declarations.flatMap(examplesOf),
        declaration: symbol.declarations.map(declarationText).join('\n'),
      };
    });
  });
}

/** Read from the comment itself: in code the compiler takes ` @request` for a tag. */
function examplesOf(node) {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = comments.map((comment) => comment.getText().replace(/^\/\*\*|\*\/$/g, '').replace(/^ *\* ?/gm, '')).join('\n');
  const parts = text.split(/^@example\n/m).slice(1);
  return parts.map((part) => part.split(/^@\w/m)[0].trim());
}

function declarationText(node) {
  const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  // What is nobody's business: private members, and how types are exported.
  return statement
    .getText()
    .replace(/^export (declare )?/, '')
    .replace(/^ {4}(#private|private|protected)[^\n]*\n/gm, '')
    .replace(/^ {4}/gm, '  ');
}

function writeReference(exports) {
  const parts = ['# Reference of the TypeScript client', '', 'Written from the comments of `client-ts/src`; [the guide](client.md) comes first. In the examples `client` is `createClient<Schema>(…)` of the example app with somebody signed in, and `./app` declares that app; the tests run all of them.'];
  for (const module of Object.keys(entries)) {
    parts.push('', `## \`${module}\``);
    const own = exports.filter((one) => one.module === module).sort((a, b) => b.isValue - a.isValue || a.name.localeCompare(b.name));
    for (const { name, comment, declaration, examples: texts } of own) {
      parts.push('', `### ${name}`, '', comment, '', '```ts', declaration, '```', ...texts.flatMap((text) => ['', 'Example:', '', text]));
    }
  }
  return `${parts.join('\n')}\n`;
}

/** The TypeScript blocks of a text. */
const blocks = (text) => [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);

function writeExamples(exports) {
  rmSync(examples, { recursive: true, force: true });
  mkdirSync(examples, { recursive: true });
  const programs = exports.flatMap(({ name, examples: texts }) => texts.flatMap(blocks).map((code) => [name, code]));
  for (const guide of guides.filter((name) => existsSync(join(docs, name)))) {
    blocks(readFileSync(join(docs, guide), 'utf8')).forEach((code, index) => programs.push([`${guide.replace(/\W/g, '-')}-${index + 1}`, code]));
  }
  // Numbered: `Filter` and `filter` are one name to some file systems.
  programs.forEach(([name, code], index) => {
    writeFileSync(join(examples, `${String(index + 1).padStart(3, '0')}-${name}.ts`), programOf(code));
  });
}

/** An example as a program: with the client that it takes for granted. */
function programOf(code) {
  const taken = [];
  if (/\bclient\b/.test(code) && !/(const|let|function) client\b/.test(code)) taken.push('client');
  if (code.includes("'http://localhost:8787'")) taken.push('address');
  const prelude = taken.length ? `import { ${taken.join(', ')} } from '../tests/example.ts';\n` : '';
  const body = code
    .replaceAll("'http://localhost:8787'", 'address')
    .replaceAll("'./app'", "'../tests/fixtures/declared/app.ts'")
    .replaceAll("'./schema.ts'", "'../tests/app.ts'");
  return `${prelude}${body}\nexport {};\n`;
}

export function writeDocs({ check = false } = {}) {
  const exports = readExports();
  const bare = exports.filter((one) => one.comment === '' || (one.isValue && one.examples.length === 0));
  if (bare.length) throw new Error(`without a comment, or a value without an example: ${bare.map((one) => one.name).join(', ')}`);
  writeExamples(exports);
  const text = writeReference(exports);
  const before = existsSync(reference) ? readFileSync(reference, 'utf8') : '';
  if (before === text) return;
  if (check) throw new Error('docs/client-reference.md is not up to date; run `npm run docs` in client-ts');
  writeFileSync(reference, text);
}

if (process.argv[1] === import.meta.filename) writeDocs({ check: process.argv.includes('--check') });

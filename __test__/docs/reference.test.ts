// Documentation of everything the package exports: each name and member, each parameter and return value.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import test from 'ava';
// The only API of TypeScript since version 7. Its version is pinned, so a change shows here.
import { API, type Checker, SignatureKind, type Symbol, SymbolFlags } from 'typescript/unstable/sync';

// The compiler writes paths with `/`, and on some systems in lower case.
const root = fileURLToPath(new URL('../../../', import.meta.url)).replaceAll('\\', '/');
const config = `${root}tsconfig.json`;
const api = new API({ cwd: root });
test.after.always(() => api.close());

const project = api.updateSnapshot({ openProject: config }).getProject(config);
if (!project) throw new Error(`${config} is not a project`);
const { checker, program } = project;

/** The symbols that a file exports, with aliases resolved. */
function exported(file: string): Symbol[] {
  const source = program.getSourceFile(root + file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} is not a module`);
  const found = checker.getExportsOfModule(module);
  return found.map((symbol) => (symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

const isOurs = (symbol: Symbol): boolean =>
  symbol.declarations.some(({ path }) => path.includes('/src/') && !path.includes('/node_modules/'));
const isPrivate = (name: string): boolean => name.startsWith('__#');
const tags = (symbol: Symbol): ReturnType<Checker['getJsDocTagsOfSymbol']> => checker.getJsDocTagsOfSymbol(symbol);
const isInternal = (symbol: Symbol): boolean => tags(symbol).some(({ name }) => name === 'internal');

/** The public members of a class or interface, including inherited and static ones. */
function members(symbol: Symbol): Symbol[] {
  if (!(symbol.flags & (SymbolFlags.Class | SymbolFlags.Interface))) return [];
  const own = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
  const constructor = [...symbol.getMembers().values()].filter(({ flags }) => flags & SymbolFlags.Constructor);
  const all = [...own, ...constructor, ...symbol.getExports().values()];
  return all.filter((member) => isOurs(member) && !isPrivate(member.name) && !isInternal(member));
}

/** The parts missing from a symbol's documentation. */
function missing(symbol: Symbol): string[] {
  const found =
    symbol.flags & SymbolFlags.Constructor ? constructorText(symbol) : symbol.getDocumentationComment(checker);
  return found === '' ? ['a description'] : callable(symbol) ? missingOfCall(symbol) : [];
}

/** The class describes its constructor; the tags describe the parameters. */
const constructorText = (symbol: Symbol): string => tags(symbol).find(({ name }) => name === 'param')?.text ?? '';

const callable = ({ flags }: Symbol): boolean => (flags & (SymbolFlags.Function | SymbolFlags.Method)) !== 0;

function missingOfCall(symbol: Symbol): string[] {
  // Optional methods may be undefined.
  const declared = checker.getTypeOfSymbol(symbol);
  const type = declared && checker.getNonNullableType(declared);
  const [signature] = type ? checker.getSignaturesOfType(type, SignatureKind.Call) : [];
  if (!signature) throw new Error(`${symbol.name} has no signature`);
  const described = tags(symbol).map(({ name, text = '' }) => (name === 'param' ? text.split(/\s/, 1)[0] : name));
  const parameters = signature.getParameters().map(({ name }) => name);
  const returned = checker.getReturnTypeOfSignature(signature);
  const wanted = returned && isNothing(checker.typeToString(returned)) ? parameters : [...parameters, 'returns'];
  return wanted.filter((name) => !described.includes(name));
}

const isNothing = (type: string): boolean =>
  type.split(' | ').every((part) => /^(void|undefined|Promise<void>)$/.test(part));

for (const entry of ['src/index.ts', 'src/bench.ts']) {
  test(`everything that ${entry} exports is documented`, (t) => {
    t.timeout(60_000);
    const lacking: string[] = [];
    const note = (name: string, symbol: Symbol): void => {
      lacking.push(...missing(symbol).map((what) => `${name} lacks ${what}`));
    };
    const symbols = exported(entry);
    let inside = 0;
    for (const symbol of symbols) {
      note(symbol.name, symbol);
      for (const member of members(symbol)) {
        inside += 1;
        note(`${symbol.name}.${member.name}`, member);
      }
    }
    t.true(symbols.length > 20 && inside > 100);
    t.deepEqual(lacking, []);
  });
}

test('the README’s table lists every limit', (t) => {
  const [, table = ''] = /^## Limits\n([\s\S]*?)^## /m.exec(readFileSync(`${root}README.md`, 'utf8')) ?? [];
  for (const type of ['Limits', 'EngineLimits']) {
    const symbol = exported('src/index.ts').find(({ name }) => name === type);
    const limits = symbol ? members(symbol).map(({ name }) => name) : [];
    t.true(limits.length > 4, type);
    t.deepEqual(
      limits.filter((limit) => !table.includes(`\`${limit}`)),
      [],
      type,
    );
  }
});

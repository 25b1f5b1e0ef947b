// Reader of a Rust source: its modules with their definitions and imports, and the paths in its code.
import { tokenize } from './rust-tokens.mjs';

const ITEM_KEYWORDS = new Set(['fn', 'struct', 'enum', 'union', 'trait', 'type', 'const', 'static']);

/**
 * Reads the source of the module `module`.
 *
 * @param module - The names from the crate's root to the module, such as `['value', 'lift']`; `[]` is the root.
 * @returns `modules`: this one and its inline modules, each with its `path`, the names it `defines`, and its
 * `imports` (`{ path, name, isGlob, isReexport, line }`, the leaves of its use declarations); `mentions`: the paths in
 * code (`{ module, path, line }`); `names`: the names in code that are not preceded by `::` or `.`.
 */
export function readRust(source, module) {
  const root = createModule(module);
  const reader = { tokens: tokenize(source), modules: [root], scopes: [root], mentions: [], names: new Set() };
  for (let at = 0; at < reader.tokens.length;) at = readToken(reader, at);
  return { modules: reader.modules, mentions: reader.mentions, names: reader.names };
}

const createModule = (path) => ({ path, defines: new Set(), imports: [] });

/** Reads the tokens that begin at index `at`. @returns the index of the token after them. */
function readToken(reader, at) {
  const { tokens, scopes } = reader;
  const { text, isName } = tokens[at];
  if (text === '{') scopes.push('block');
  if (text === '}') scopes.pop();
  if (!isName) return at + 1;
  if (text === 'mod' && tokens[at + 1]?.isName) return readModule(reader, at);
  if (text === 'use' && tokens[at + 1]?.text !== '<') return readUse(reader, at);
  readDefinition(reader, at);
  return readMention(reader, at);
}

const innermost = ({ scopes }) => scopes.findLast((scope) => scope !== 'block');

/** Reads an inline module; one with a `;` has a file. */
function readModule(reader, at) {
  const { tokens, scopes, modules } = reader;
  if (tokens[at + 2]?.text !== '{') return at + 2;
  const module = createModule([...innermost(reader).path, tokens[at + 1].text]);
  modules.push(module);
  scopes.push(module);
  return at + 3;
}

function readUse(reader, at) {
  const { tokens } = reader;
  const end = tokens.findIndex(({ text }, index) => index > at && text === ';');
  const isReexport = tokens[at - 1]?.text === 'pub' || tokens[at - 1]?.text === ')';
  const tree = tokens.slice(at + 1, end === -1 ? tokens.length : end);
  // A leading `::` names another crate.
  if (tree[0]?.text !== '::') {
    const leaves = readTree(tree, []);
    innermost(reader).imports.push(
      ...leaves.map(({ path, name, isGlob, line }) => ({ path, name, isGlob, isReexport, line })),
    );
  }
  return at + tree.length + 1;
}

/** The leaves of a use tree such as `a::{self, b::C, d::*}`, whose paths begin with `before`. */
function readTree(tokens, before) {
  const path = [...before];
  const line = tokens[0]?.line;
  for (let at = 0; at < tokens.length; at += 1) {
    const { text, isName } = tokens[at];
    if (text === '{') return splitByCommas(tokens.slice(at + 1, -1)).flatMap((part) => readTree(part, path));
    if (text === '*') return [{ path, isGlob: true, line }];
    if (text === 'as') return [{ path, name: tokens[at + 1].text, isGlob: false, line }];
    // `self` at the end of a tree names the module before it.
    if (isName && !(text === 'self' && path.length > 0)) path.push(text);
  }
  return path.length === 0 ? [] : [{ path, name: path.at(-1), isGlob: false, line }];
}

function splitByCommas(tokens) {
  const parts = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '{') depth += 1;
    if (token.text === '}') depth -= 1;
    if (token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1).push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** Adds the name of an item to its module. Items in blocks, such as methods, cannot be imported. */
function readDefinition({ tokens, scopes }, at) {
  const scope = scopes.at(-1);
  if (scope === 'block' || scope === undefined) return;
  const [{ text }, next, afterNext] = tokens.slice(at, at + 3);
  if (text === 'macro_rules' && afterNext?.isName) scope.defines.add(afterNext.text);
  if (!ITEM_KEYWORDS.has(text) || !next?.isName) return;
  if (next.text !== 'mut') scope.defines.add(next.text);
  else if (afterNext?.isName) scope.defines.add(afterNext.text);
}

function readMention(reader, start) {
  const { tokens, mentions, names } = reader;
  const { text, line } = tokens[start];
  const path = [text];
  let at = start + 1;
  while (tokens[at]?.text === '::' && tokens[at + 1]?.isName) {
    path.push(tokens[at + 1].text);
    at += 2;
  }
  const isContinued = ['::', '.'].includes(tokens[start - 1]?.text);
  if (!isContinued) names.add(text);
  if (!isContinued && path.length > 1) mentions.push({ module: innermost(reader).path, path, line });
  return at;
}

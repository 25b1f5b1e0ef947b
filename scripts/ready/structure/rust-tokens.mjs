// Lexer of Rust: the identifiers and punctuation of a source, without comments, literals and test-only items.

// Tried in this order: a character literal before a lifetime, which has no closing quote.
const TOKENS = [
  ['space', /\s+/uy],
  ['comment', /\/\/[^\n]*/uy],
  ['literal', /(?:b|c)?r(#*)"[^]*?"\1/uy],
  ['literal', /(?:b|c)?"(?:[^"\\]|\\[^])*"/uy],
  ['literal', /b?'(?:[^'\\]|\\(?:u\{[^}]*\}|x..|[^]))'/uy],
  ['lifetime', /'[A-Za-z_]\w*/uy],
  ['name', /(?:r#)?[\p{XID_Start}_]\p{XID_Continue}*/uy],
  ['literal', /\d\w*(?:\.\d\w*)?/uy],
  ['punctuation', /::|[^]/uy],
];

/**
 * The names and punctuation of `source`.
 *
 * @returns `{ text, line, isName }` of each; `::` is one token, all other punctuation is single characters.
 */
export function tokenize(source) {
  const tokens = [];
  let line = 1;
  for (let at = 0; at < source.length;) {
    const [kind, text] = nextToken(source, at);
    if (kind === 'name' || kind === 'punctuation') {
      tokens.push({ text: text.replace(/^r#/, ''), line, isName: kind === 'name' });
    }
    line += text.split('\n').length - 1;
    at += text.length;
  }
  return withoutTests(tokens);
}

function nextToken(source, at) {
  if (source.startsWith('/*', at)) return ['comment', source.slice(at, endOfComment(source, at))];
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(source) ?? [];
    if (text !== undefined) return [kind, text];
  }
  throw new Error(`no token at ${at}`);
}

/** Block comments nest. */
function endOfComment(source, start) {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(source); mark !== null; mark = marks.exec(source)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return source.length;
}

const TEST_ATTRIBUTE = '# [ cfg ( test ) ]'.split(' ');

function withoutTests(tokens) {
  const kept = [];
  for (let at = 0; at < tokens.length;) {
    if (TEST_ATTRIBUTE.every((text, index) => tokens[at + index]?.text === text)) {
      at = endOfItem(tokens, at + TEST_ATTRIBUTE.length);
    } else {
      kept.push(tokens[at]);
      at += 1;
    }
  }
  return kept;
}

/** The index after the item at `start`, which ends with a `;` or a block. */
function endOfItem(tokens, start) {
  const isUse = isUseItem(tokens, start);
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    const { text } = tokens[at];
    if ('([{'.includes(text)) depth += 1;
    if (')]}'.includes(text)) depth -= 1;
    // A field or match arm ends with what surrounds it.
    if (depth < 0) return at;
    if (depth === 0 && (text === ';' || (text === '}' && !isUse))) return at + 1;
  }
  return tokens.length;
}

/** Whether the item is a `use` declaration, which its braces do not end. */
function isUseItem(tokens, start) {
  const keyword = tokens.slice(start).find(({ text }) => /^(use|mod|fn|struct|enum|impl|trait)$/.test(text));
  return keyword?.text === 'use';
}

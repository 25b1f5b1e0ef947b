// Which programs stand on a page, and what does the page say that they print?
import { readFileSync } from 'node:fs';

const DOCS = new URL('../../../docs/', import.meta.url);

/** A program of a page. */
export interface Program {
  /** Its page and number, such as `limits-1`. */
  readonly name: string;
  readonly code: string;
  /** What the page says that it prints, which is the block of text behind it. */
  readonly printed: string;
}

/** The text of a page of `docs`, by its name without `.md`. */
export function page(name: string): string {
  return readFileSync(new URL(`${name}.md`, DOCS), 'utf8');
}

/**
 * The programs of a page: its blocks of TypeScript.
 *
 * @throws Error naming a program behind which no block of text stands.
 */
export function programs(name: string): Program[] {
  const blocks = [...page(name).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, language, code = ''], at) => {
    if (language !== 'ts') return [];
    const [, next, printed = ''] = blocks[at + 1] ?? [];
    if (next !== 'text') throw new Error(`docs/${name}.md does not say what its program in block ${at + 1} prints`);
    return [{ name: `${name}-${at + 1}`, code, printed }];
  });
}

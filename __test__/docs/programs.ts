// The code on a page of `docs`: programs with the output that the page shows, and TypeScript that is only compiled.
import { readFileSync } from 'node:fs';

const DOCS = new URL('../../../docs/', import.meta.url);

/** A program of a page, in plain JavaScript. */
export interface Program {
  /** Its page and block number, such as `limits-1`. */
  readonly name: string;
  readonly code: string;
  /** The output that the page shows: the block of text after the program. */
  readonly printed: string;
}

/** The text of a page of `docs`, by its name without `.md`. */
export function page(name: string): string {
  return readFileSync(new URL(`${name}.md`, DOCS), 'utf8');
}

interface Block {
  readonly name: string;
  readonly language: string;
  readonly code: string;
}

function blocks(name: string): Block[] {
  const found = [...page(name).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return found.map(([, language = '', code = ''], index) => ({ name: `${name}-${index + 1}`, language, code }));
}

/**
 * The programs of a page: its blocks of JavaScript.
 *
 * @throws Error naming a program without a block of text after it.
 */
export function programs(name: string): Program[] {
  const all = blocks(name);
  return all.flatMap((block, index) => {
    if (block.language !== 'js') return [];
    const next = all[index + 1];
    if (next?.language !== 'text')
      throw new Error(`docs/${name}.md does not show what its program ${block.name} prints`);
    return [{ name: block.name, code: block.code, printed: next.code }];
  });
}

/** The TypeScript of a page, which is compiled but not run. */
export function typescript(name: string): Pick<Program, 'name' | 'code'>[] {
  return blocks(name).filter(({ language }) => language === 'ts');
}

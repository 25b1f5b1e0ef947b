// Commands and options on a documentation page.

/** A command line of this project's program, from a page. */
export interface Command {
  /** The command, such as `bench gate`. */
  readonly name: string;
  /** All arguments, without quotes and comments. */
  readonly args: readonly string[];
}

const SUBCOMMANDS = ['gate', 'baseline', 'merge'];

/** The program's command lines in the shell blocks of a page. */
export function commandsIn(page: string): Command[] {
  return blocksOf(page, 'sh')
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => {
      const args = argumentsIn(line);
      return args === undefined ? [] : [{ name: nameOf(args), args }];
    });
}

/** All options that a page mentions, such as `--all`. */
export function optionsIn(page: string): string[] {
  const written = [...page.matchAll(/`([^`\n]+)`/g)]
    .map(([, text = '']) => text)
    .filter((text) => /^(?:--|bench |npx )/.test(text));
  return [...new Set(written.flatMap((text) => text.match(/--[a-z][a-z-]*/g) ?? []))];
}

/** The blocks of a page in one language. */
export function blocksOf(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );
}

const PROGRAM = /^(?:npx (?:--prefix \S+ )?airssys-wasm|npm run bench --|node .*dist\/src\/cli\/main\.js) ?(.*)$/;

function argumentsIn(line: string): string[] | undefined {
  const [, rest] = PROGRAM.exec(line.replace(/\s+#.*$/, '')) ?? [];
  if (rest === undefined) return undefined;
  const args = (rest.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll(/^['"]|['"]$/g, ''));
  return line.startsWith('npm run') ? ['bench', ...args] : args;
}

function nameOf([first = '', second = '']: readonly string[]): string {
  return first === 'bench' && SUBCOMMANDS.includes(second) ? `${first} ${second}` : first;
}

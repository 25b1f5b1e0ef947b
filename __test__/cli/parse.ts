// Parser for tests of single commands.
// oxlint-disable-next-line eslint/no-restricted-imports -- declared into a parser set as the program's own is
import yargs, { type Argv } from 'yargs';

/**
 * Parses `args` with the program's parser configuration.
 *
 * @param declare - Declares commands that call `use` with their request.
 * @returns The request, or the help.
 * @throws The error of a command or of yargs.
 */
export async function parse<Request>(
  declare: (yargs: Argv, use: (request: Request) => void) => Argv,
  args: readonly string[],
): Promise<Request | string> {
  let found: { readonly request: Request } | undefined;
  let help = '';
  const parser = yargs().scriptName('program').locale('en').version(false).parserConfiguration({
    'camel-case-expansion': false,
    'dot-notation': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
  });
  declare(parser, (request) => {
    found = { request };
  });
  await parser.parseAsync([...args], {}, (error: Error | undefined, _argv: unknown, text: string) => {
    if (error) throw error;
    help = text;
  });
  return found === undefined ? help : found.request;
}

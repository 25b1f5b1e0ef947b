// What does a command line ask of commands that are declared for themselves?
// oxlint-disable-next-line eslint/no-restricted-imports -- declared into a parser set as the program's own is
import yargs, { type Argv } from 'yargs';

/**
 * Parses `args` as the program does.
 *
 * @param declare - Declares commands that call `use` with what is asked for.
 * @returns What is asked for, or the help.
 * @throws What a command throws, or what yargs says.
 */
export async function parse<Request>(
  declare: (yargs: Argv, use: (request: Request) => void) => Argv,
  args: readonly string[],
): Promise<Request | string> {
  let asked: { readonly request: Request } | undefined;
  let help = '';
  const parser = yargs().scriptName('program').locale('en').version(false).parserConfiguration({
    'camel-case-expansion': false,
    'dot-notation': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
  });
  declare(parser, (request) => {
    asked = { request };
  });
  await parser.parseAsync([...args], {}, (error: Error | undefined, _argv: unknown, text: string) => {
    if (error) throw error;
    help = text;
  });
  return asked === undefined ? help : asked.request;
}

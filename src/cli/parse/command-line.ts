// Command line: parses arguments, runs the selected command and prints its errors.
import yargs, { type Argv } from 'yargs';

import { BaselineError } from '../../baseline/errors.js';
import { BenchError } from '../../bench/errors.js';
import { type Command, COMMANDS, declareCommands, kindsOfCommand } from '../commands.js';
import { describeError } from '../output/console.js';
import { UsageError } from '../usage-error.js';
import { EXIT } from '../process/exit-status.js';
import { recoverFromNpm } from './npm.js';
import { didYouMean } from '../../bench/suite/did-you-mean.js';
import type { CliContext } from '../context.js';

/**
 * Runs the command that `args` select. Prints each error on one line.
 *
 * @param args - The arguments after the program's name.
 * @param version - What `--version` prints.
 * @returns The exit status.
 */
export async function runCommandLine(args: readonly string[], version: string, context: CliContext): Promise<number> {
  try {
    return await dispatch(args, version, context);
  } catch (error) {
    const isVerbose = args.includes('--verbose');
    context.stderr.write(`error: ${describeError(error, isVerbose, context.env)}\n`);
    return isUsage(error) ? EXIT.usage : EXIT.failed;
  }
}

async function dispatch(args: readonly string[], version: string, context: CliContext): Promise<number> {
  const recovered = await recoverFromNpm(args, kindsOfCommand(args), context.env, context.fileSystem);
  for (const note of recovered.notes) context.stderr.write(`note: ${note}\n`);
  let command: Command | undefined;
  let output = '';
  const parser = declareCommands(configured(version), context, (found) => {
    command = found;
  });
  await parser.parseAsync([...recovered.args], {}, (error: Error | undefined, _argv: unknown, text: string) => {
    if (error) throw new UsageError(oneLine(error.message), { cause: error });
    output = text;
  });
  if (command !== undefined) return command();
  if (output === '') rejectCommand(recovered.args);
  context.stdout.write(`${output}\n`);
  return EXIT.ok;
}

/** Columns of the help: wide enough that examples fit on one line and can be copied. */
const WIDTH = 110;

function configured(version: string): Argv {
  return yargs()
    .scriptName('airssys-wasm')
    .locale('en')
    .version(version)
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .example('$0 bench mine.bench.ts', 'your own suite')
    .example('$0 bench gate --base ../main --head . mine.bench.ts', 'two checkouts')
    .example("$0 measure guest.wasm --invoke 'add(1, 2)'", 'your own guest')
    .wrap(WIDTH)
    .demandCommand(1, 'no command given: use bench or measure, or see --help');
}

function rejectCommand([given = '']: readonly string[]): never {
  const suggestion = didYouMean(given, COMMANDS);
  const fix = suggestion === undefined ? `choose from ${COMMANDS.join(', ')}` : `did you mean ${suggestion}?`;
  throw new UsageError(`unknown command '${given}': ${fix}`);
}

function oneLine(message: string): string {
  const text = message.replaceAll('\n', ' ');
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function isUsage(error: unknown): boolean {
  if (error instanceof BenchError) return error.code === 'BAD_OPTION' || error.code === 'NO_MATCH';
  if (error instanceof BaselineError) return ['BAD_NAME', 'NO_BASELINE', 'EXISTS', 'DIFFERENT'].includes(error.code);
  return error instanceof UsageError;
}

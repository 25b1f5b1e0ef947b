// Output options: what `bench` and `measure` print, and the reports that they write.
import { REPORT_FORMATS } from '../../report/formats.js';
import { isGiven, type OptionSpecs, type ParsedArguments, textOf } from './option.js';

/** Format of printed results: Criterion's text, or the line of `cargo bench` that other tools read. */
export type OutputFormat = 'criterion' | 'bencher';

/** Options of printed and written output. */
export interface OutputRequest {
  readonly verbose: boolean;
  /** Print all exact metrics, not only those that changed. Default: the value of `verbose`. */
  readonly allMetrics?: boolean;
  readonly quiet: boolean;
  /** `undefined`: decided by the terminal. */
  readonly colour: boolean | undefined;
  readonly format: OutputFormat;
  /** Print one JSON message per result on standard output, and nothing else. */
  readonly isJson: boolean;
  /** Write an HTML report beside the results. */
  readonly plots: boolean;
  /** Files (directories for `html`) by format. */
  readonly reports: ReadonlyMap<string, string>;
}

/** The options that request reports, such as `--report-markdown`. */
export const REPORT_OPTIONS: OptionSpecs = Object.fromEntries(
  Object.entries(REPORT_FORMATS).map(([name, { kind, describe, example }]) => {
    const what = kind === 'pages' ? 'to this directory' : 'to this file';
    return [`report-${name}`, { kind: 'text', describe: `write the results ${what}: ${describe}`, example }] as const;
  }),
);

/** The output options by name. */
export const OUTPUT: OptionSpecs = {
  ...REPORT_OPTIONS,
  'output-format': {
    kind: 'text',
    describe: 'how results are printed: criterion or bencher (default criterion)',
    choices: ['criterion', 'bencher'],
  },
  'message-format': {
    kind: 'text',
    describe: 'print results as lines of this format, as cargo-criterion does: json',
    choices: ['json'],
  },
  plots: {
    kind: 'flag',
    describe: 'write an HTML report beside the results; --no-plots writes none',
    default: true,
  },
  noplot: { kind: 'flag', alias: 'n', describe: "same as --no-plots; Criterion's name for it" },
  verbose: { kind: 'flag', alias: 'v', describe: 'print all estimates, exact metrics and error stacks' },
  quiet: { kind: 'flag', describe: 'print only results: no progress, no summary' },
  color: { kind: 'flag', describe: 'colour the output (default: if the terminal supports it)' },
};

/** Reads the options of `OUTPUT`. */
export function readOutput(argv: ParsedArguments): OutputRequest {
  const reports = Object.keys(REPORT_OPTIONS).flatMap((name) => {
    const file = textOf(argv, name);
    return file === undefined ? [] : [[name.replace('report-', ''), file] as const];
  });
  return {
    verbose: isGiven(argv, 'verbose'),
    quiet: isGiven(argv, 'quiet'),
    colour: argv['color'] as boolean | undefined,
    format: (textOf(argv, 'output-format') ?? 'criterion') as OutputFormat,
    isJson: textOf(argv, 'message-format') === 'json',
    plots: argv['plots'] !== false && !isGiven(argv, 'noplot'),
    reports: new Map(reports),
  };
}

// Child processes that run a script on the package, to observe crashes, exits and the main thread's stack.
import { spawn } from 'node:child_process';

const index = new URL('../../src/index.js', import.meta.url).href;

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The head of a script for a worker or a child, in which the package is `wasm`. */
export const importPackage: string = `const wasm = await import(${JSON.stringify(index)});\n`;

/** What a process may be given beside its script. */
export interface ChildOptions {
  /** Node's flags. */
  readonly flags?: readonly string[];
  /** Whether the script finds the package; by default it does. */
  readonly importsPackage?: boolean;
  /** What `ulimit -v` sets, in KiB. Not on Windows. */
  readonly addressSpaceKiB?: number;
  /** After so long the process is killed, so that a hanging one fails its test; by default a minute. */
  readonly timeoutMs?: number;
}

/**
 * Runs an ES module in a child process, in which the package is `wasm`, and waits for its end.
 *
 * @param script - The source; top-level `await` works.
 */
export function child(
  script: string,
  { flags = [], importsPackage = true, addressSpaceKiB, timeoutMs = 60_000 }: ChildOptions = {},
): Promise<Ending> {
  const node = [
    process.execPath,
    ...flags,
    '--input-type=module',
    '--eval',
    (importsPackage ? importPackage : '') + script,
  ];
  const bounded = ['/bin/sh', '-c', `ulimit -v ${addressSpaceKiB}; exec "$@"`, 'sh', ...node];
  const [command = '', ...args] = addressSpaceKiB === undefined ? node : bounded;
  const started = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  started.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  started.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return new Promise((resolve, reject) => {
    started.on('error', reject);
    started.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
}

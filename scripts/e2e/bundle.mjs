// Bundler of the test programs.
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles `entry` with esbuild for Node.
 *
 * @param directory - The project's directory.
 * @param format - `esm` or `cjs`.
 * @param external - The packages that are not bundled.
 * @returns the bundle's path, relative to the project.
 */
export async function bundle(directory, entry, format, external) {
  const outfile = `bundled/${external.length === 0 ? 'whole' : 'external'}/${entry}.${format === 'esm' ? 'mjs' : 'cjs'}`;
  await build({
    absWorkingDir: directory,
    entryPoints: [entry],
    outfile: join(directory, outfile),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    external,
    logLevel: 'error',
    // esbuild warns that a CommonJS bundle has no import.meta; a test covers the result.
    logOverride: { 'empty-import-meta': 'silent' },
  });
  return outfile;
}

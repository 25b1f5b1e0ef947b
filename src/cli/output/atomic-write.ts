// Atomic write: a file is replaced as a whole or, if that fails, left unchanged.
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/** Codes of systems that refuse a file beside the target but may allow the target itself, such as a single mounted file. */
const REFUSED_CODES = ['EACCES', 'EPERM', 'EBUSY'];

/**
 * Writes `text` to a temporary file and renames it to `file`.
 *
 * @param file - An absolute path. A target that is not a regular file, such as a device, is written directly.
 * @throws The system's error; the file is then unchanged.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && !found.isFile()) return writeFile(file, text);
  const target = found === undefined ? file : await realpath(file);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const isRefused = REFUSED_CODES.includes((error as NodeJS.ErrnoException).code ?? '');
    if (found === undefined || !isRefused) throw error;
    await writeFile(target, text);
  }
}

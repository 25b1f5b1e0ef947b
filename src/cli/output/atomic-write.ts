// How is a file written so that a full disk leaves it whole, or as it was?
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/** What refuses another file beside, and may allow the file itself, such as one that is mounted alone. */
const REFUSALS = ['EACCES', 'EPERM', 'EBUSY'];

/**
 * Writes `text` under another name, and gives it that of `file` at the end.
 *
 * @param file - Absolute; what is no plain file, such as a device, is written as it is.
 * @throws What the system says; then the file is as it was.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && !found.isFile()) return writeFile(file, text);
  const target = found === undefined ? file : await realpath(file);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const isRefused = REFUSALS.includes((error as NodeJS.ErrnoException).code ?? '');
    if (found === undefined || !isRefused) throw error;
    await writeFile(target, text);
  }
}

import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Appends a value as a line of JSON to a file, which is made, private to the user, with its folder. Resolves once the line is on disk. */
export async function appendLine(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a', 0o600);
  try {
    // One write in append mode lands whole beside other windows' writes; the newline before it ends a line that a crash tore.
    const line = Buffer.from(`\n${JSON.stringify(value)}\n`);
    const { bytesWritten } = await handle.write(line);
    if (bytesWritten < line.length) throw new Error(`only ${bytesWritten} of ${line.length} bytes of a line were written`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

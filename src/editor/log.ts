import { window, type Disposable } from 'vscode';
import { redact } from '../images/redact.ts';

/** The technical story of every job, in the output channel "Easel". Whatever is written is redacted here, once, for all. */
export interface Log extends Disposable {
  readonly info: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly error: (line: string | Error) => void;
  readonly show: () => void;
}

export function createLog(): Log {
  const channel = window.createOutputChannel('Easel', { log: true });
  return {
    info: (line) => channel.info(redact(line)),
    warn: (line) => channel.warn(redact(line)),
    error: (line) => channel.error(redact(line instanceof Error ? (line.stack ?? line.message) : line)),
    show: () => channel.show(true),
    dispose: () => channel.dispose(),
  };
}

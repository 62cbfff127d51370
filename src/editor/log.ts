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
  let open = true;
  // Jobs that a closing window interrupts end after this: a channel that is closed would throw at them, and they would end otherwise than they do.
  const write = (how: 'info' | 'warn' | 'error', line: string): void => {
    if (open) channel[how](redact(line));
  };
  return {
    info: (line) => write('info', line),
    warn: (line) => write('warn', line),
    error: (line) => write('error', line instanceof Error ? (line.stack ?? line.message) : line),
    show: () => channel.show(true),
    dispose() {
      open = false;
      channel.dispose();
    },
  };
}

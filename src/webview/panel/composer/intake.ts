/// <reference lib="dom" />
import { useState } from 'preact/hooks';
import { usePanel } from '../usePanel.ts';
import type { Transferred } from './transfer.ts';

const mebibyte = 1024 * 1024;
/** What the service takes, in MB. */
const most = 50;

/** Takes in what was dropped or pasted. */
export interface Intake {
  readonly take: (transferred: Transferred) => Promise<void>;
  /** Files that are on their way to the editor. */
  readonly arriving: number;
}

/** Files go to the editor one after another, so that they keep their order. */
export function useIntake(): Intake {
  const { connection, hear, say, t } = usePanel();
  const [arriving, setArriving] = useState(0);

  const takeFile = async (file: File): Promise<void> => {
    if (file.size === 0) say(t('{0} is an empty file: choose another one.', file.name), 'warning');
    else if (file.size >= most * mebibyte) say(t('{0} has {1} MB and must have less than {2}: scale it down, or save it as JPEG or WebP.', file.name, Math.ceil((file.size / mebibyte) * 10) / 10, most), 'warning');
    // What cannot be read, such as a folder, throws.
    else await hear(file.arrayBuffer().then((bytes) => connection.ask('reference.bytes', { name: file.name.slice(-300), bytes })));
  };

  return {
    arriving,
    async take(transferred) {
      if (transferred.kind === 'uris') {
        await hear(connection.ask('reference.drop', { uris: [...transferred.uris] }));
        return;
      }
      setArriving((before) => before + transferred.files.length);
      for (const file of transferred.files) {
        await takeFile(file);
        setArriving((before) => before - 1);
      }
    },
  };
}

// One job in a process of its own, which a test kills. Reads what to do from its first argument, prints its result as a line of JSON.
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createClient, type Landing } from '../../src/api/client.ts';
import { profileFor } from '../../src/api/profiles.ts';
import { FailureError } from '../../src/images/failure.ts';
import type { ImageRequest, ResponseFormat } from '../../src/images/request.ts';
import { runJob, type Save } from '../../src/jobs/job.ts';
import { openJournal, type Journal, type JournalEntry } from '../../src/jobs/journal.ts';
import { openLedger } from '../../src/spend/ledger.ts';

/** A moment in a job's life: the child ends there, without a word to anybody. */
export type Moment =
  | 'begun'
  | 'sent'
  | `${'before' | 'after'} ${'url' | 'received' | 'saved'} ${number}`
  | `${'before' | 'after'} usage`
  | 'before charge'
  | 'between charge and its line'
  | 'after charged'
  | 'before finish';

export interface ChildTask {
  readonly baseUrl: string;
  /** Where the journal, the ledger and the assets go. */
  readonly folder: string;
  readonly job: string;
  readonly request: ImageRequest;
  readonly responseFormat: ResponseFormat;
  /** An image to edit. */
  readonly image?: string;
  readonly dieAt?: Moment;
}

/** Puts pictures into `folder`, named by job and number, over what an earlier attempt left: as often as it is tried there is one. */
export const saverInto = (folder: string): Save =>
  async ({ file, index, header, bytes }, _destination, { job }) => {
    await mkdir(folder, { recursive: true });
    const target = join(folder, `${job}-${index}.${header.format}`);
    await copyFile(file, target);
    return { uri: pathToFileURL(target).href, header, bytes };
  };

async function main(task: ChildTask): Promise<void> {
  const { baseUrl, folder, job, request, responseFormat, image, dieAt } = task;
  const at = (moment: Moment): void => {
    if (moment === dieAt) process.kill(process.pid, 'SIGKILL');
  };
  const profile = profileFor({ service: 'openai-hk', baseUrl });
  const client = createClient({ profile, proxy: { url: '', strictSSL: true, noProxy: [] }, timeoutMs: 60_000, userAgent: 'test', log: () => undefined }, { environment: {} });
  const ledger = openLedger(join(folder, 'ledger.jsonl'));
  const save = saverInto(join(folder, 'assets'));
  process.stdout.write('ready\n');
  const result = await runJob(
    {
      id: job,
      request,
      responseFormat,
      ...(image !== undefined && { uploads: [{ role: 'image', file: image, name: 'image.png', mime: 'image/png' }], imageSizes: [{ width: 1024, height: 1024 }] }),
      destination: { folder: pathToFileURL(join(folder, 'assets')).href, name: job, recipe: false },
      workspace: '',
    },
    {
      client,
      profile,
      key: 'hk-test-key',
      journal: watched(openJournal(join(folder, 'journal')), at),
      ledger: {
        ...ledger,
        async append(charge) {
          at('before charge');
          await ledger.append(charge);
          at('between charge and its line');
        },
      },
      save: async (picture, ...rest) => save(picture, ...rest),
      now: () => new Date(),
      signal: new AbortController().signal,
      onProgress: ({ stage }) => void (stage === 'sent' && at('sent')),
    },
  );
  await client.close();
  console.log(JSON.stringify({ assets: result.assets.length }));
}

/** A journal that tells of every moment. */
function watched(journal: Journal, at: (moment: Moment) => void): Journal {
  const entryOf = (entry: JournalEntry): JournalEntry => {
    const told = async (what: string, work: () => Promise<void>): Promise<void> => {
      at(`before ${what}` as Moment);
      await work();
      at(`after ${what}` as Moment);
    };
    const landing: Landing = {
      pictureFile: (index) => entry.landing.pictureFile(index),
      keepUrl: (index, url) => told(`url ${index}`, () => entry.landing.keepUrl(index, url)),
      keepPicture: (index, bytes) => told(`received ${index}`, async () => entry.landing.keepPicture?.(index, bytes)),
      keepUsage: (usage) => told('usage', async () => entry.landing.keepUsage?.(usage)),
    };
    return {
      ...entry,
      get links() {
        return entry.links;
      },
      landing,
      note: (line) => told(line.event === 'saved' ? `saved ${line.index}` : line.event, () => entry.note(line)),
      finish: () => told('finish', () => entry.finish()),
    };
  };
  return {
    ...journal,
    async begin(line) {
      const entry = await journal.begin(line);
      at('begun');
      return entryOf(entry);
    },
  };
}

const [, script, task] = process.argv;
// Imported for its types and its saver, this is no child.
if (task !== undefined && script?.endsWith('child.mjs')) {
  main(JSON.parse(task) as ChildTask).catch((error: unknown) => {
    console.log(JSON.stringify({ failure: error instanceof FailureError ? error.failure : String(error) }));
    process.exitCode = 1;
  });
}

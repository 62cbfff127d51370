import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Uri, workspace } from 'vscode';
import { rememberRecent } from '../../src/editor/orders/recentOrders.ts';
import type { Journal } from '../../src/jobs/journal.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { placeForPerson, watchMessages } from './placing.ts';
import { configure, easel, exists, generate, openGateway, paid, rejection, root, until } from './support.ts';

// What a person is told, and can do, where pressing the wrong button would pay twice.

describe('what must not be paid for twice', () => {
  let gateway: Gateway;
  const place = (...names: readonly string[]): Uri => Uri.joinPath(root(), 'lost', ...names);
  const undo: (() => void)[] = [];
  before(async () => {
    gateway = await openGateway();
    await configure('easel.openPictures', false);
    await configure('easel.responseFormat', undefined);
  });
  afterEach(() => {
    for (const one of undo.splice(0)) one();
    gateway.clear();
  });
  after(async () => {
    if (await exists(place('.'))) await workspace.fs.delete(place('.'), { recursive: true });
    await configure('easel.openPictures', undefined);
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  /** Puts members in the place of a tool's own until the test is over. */
  function instead<T extends object>(tool: T, members: Partial<T>): void {
    const before = Object.fromEntries(Object.keys(members).map((name) => [name, tool[name as keyof T]]));
    Object.assign(tool, members);
    undo.push(() => Object.assign(tool, before));
  }

  /** The journal takes no pictures. */
  async function withoutRoom(): Promise<void> {
    const { journal } = (await easel()).tools;
    const begin: Journal['begin'] = journal.begin.bind(journal);
    const broken: Journal['begin'] = async (line) => {
      const entry = await begin(line);
      return { ...entry, landing: { ...entry.landing, pictureFile: (index) => join(entry.folder, 'missing', String(index)) } };
    };
    instead(journal, { begin: broken });
  }

  it('a picture that could not be kept is said to be lost and paid for; it is made anew only when its cost is agreed to', async () => {
    await withoutRoom();
    let asked = 0;
    const watching = watchMessages(({ sentence }) => {
      if (/it is lost/.test(sentence)) return asked < 2 ? 'Place Again' : undefined;
      if (sentence.startsWith('The picture that is lost stays paid for')) asked += 1;
      return undefined;
    });
    try {
      await placeForPerson('A lost kite', place(), { responseFormat: 'b64_json' });
      const lost = await watching.shown(/it is lost/);
      assert.match(lost.sentence, /^The picture was made and is paid for, but it is lost, for it could not be written in .*: see the log before you place the request again, which costs anew\.$/);
      assert.deepEqual(lost.titles, ['Open Billing Page', 'Show Log', 'Place Again']);
      const question = await watching.shown(/^The picture that is lost stays paid for\. Place the request again\?$/);
      assert.match(question.detail ?? '', /^It costs about .* credits once more\.$/);
      assert.equal(paid(gateway), 1, 'nothing was agreed to');
    } finally {
      watching.stop();
    }
    const [charge] = (await (await easel()).tools.ledger.read()).slice(-1);
    assert.deepEqual([charge?.measured, charge?.received], [true, 0]);
  });

  it('agreed to, it is made anew', async () => {
    await withoutRoom();
    const watching = watchMessages(({ sentence }) => {
      if (!/it is lost|stays paid for/.test(sentence)) return undefined;
      // Room is made before.
      for (const one of undo.splice(0)) one();
      return 'Place Again';
    });
    try {
      await placeForPerson('A kite made anew', place(), { responseFormat: 'b64_json' });
      await watching.shown(/^Made a-kite-made-anew\.png/);
    } finally {
      watching.stop();
    }
    assert.equal(paid(gateway), 2);
  });

  it('a program is told by the code', async () => {
    await withoutRoom();
    await configure('easel.responseFormat', 'b64_json');
    try {
      assert.equal((await rejection(generate({ prompt: 'A lost kite of a program', folder: place() }))).code, 'keep-failed');
    } finally {
      await configure('easel.responseFormat', undefined);
    }
  });

  it('the panel\'s card says the same, and has the same buttons', async () => {
    await withoutRoom();
    const { tools } = await easel();
    const { jobs } = await tools.panel.desk();
    const watching = watchMessages(() => undefined);
    try {
      const job = await jobs.place({ request: { prompt: 'A lost kite on a card', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1 }, responseFormat: 'b64_json', folder: place(), name: 'lost' });
      assert.ok(job);
      const card = () => jobs.cards().find(({ id }) => id === job);
      await until('the failure', () => card()?.state === 'failed');
      assert.match(card()?.outcome ?? '', /^The picture was made and is paid for, but it is lost/);
      assert.deepEqual(card()?.actions, [
        { action: 'open-billing', title: 'Open Billing Page' },
        { action: 'show-log', title: 'Show Log' },
        { action: 'place-again', title: 'Place Again' },
      ]);
      await jobs.handlers['job.act']({ job, action: 'place-again' });
      await watching.shown(/^The picture that is lost stays paid for/);
      await until('the card as before', () => card()?.state === 'failed');
      assert.equal(paid(gateway), 1);
      await jobs.handlers['job.dismiss']({ job });
    } finally {
      watching.stop();
    }
  });

  it('a journal that cannot be written: nothing is sent, it is said, and trying again is free', async () => {
    const { journal } = (await easel()).tools;
    const full = (): Promise<never> => Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
    instead(journal, { begin: full });
    const watching = watchMessages(({ sentence }) => {
      if (!sentence.startsWith('Nothing was sent')) return undefined;
      assert.equal(gateway.requests.length, 0);
      for (const one of undo.splice(0)) one();
      return 'Try Again';
    });
    try {
      await placeForPerson('A kite with room', place());
      const told = await watching.shown(/^Nothing was sent and nothing was charged, for the disk is full and a picture could not be kept: make room on the disk of .* and try again\.$/);
      assert.deepEqual(told.titles, ['Try Again', 'Show Log']);
      await watching.shown(/^Made a-kite-with-room\.png/);
    } finally {
      watching.stop();
    }
    assert.equal(paid(gateway), 1);
  });

  it('a second click within the second is asked about, also where the first request is done by then', async () => {
    const { recent } = (await easel()).tools;
    let now = 0;
    instead(recent, rememberRecent(() => now));
    const watching = watchMessages(() => undefined);
    try {
      await placeForPerson('A quick kite', place());
      await watching.shown(/^Made a-quick-kite\.png/);
      now = 999;
      await placeForPerson('A quick kite', place());
      await watching.shown(/^The same request was placed a moment ago\. Place it again\?$/);
      assert.equal(paid(gateway), 1);
      now = 1000;
      await placeForPerson('A quick kite', place());
      await watching.shown(/^Made a-quick-kite-2\.png/);
    } finally {
      watching.stop();
    }
    assert.equal(paid(gateway), 2);
  });

  it('where nobody knows what became of a request, the usage log is a click away, and what it says is entered', async () => {
    const { tools } = await easel();
    const before = (await tools.ledger.read()).length;
    // Drawn and billed, and the answer never comes.
    gateway.faultNext('reset-after-read');
    const watching = watchMessages(({ titles }) => titles.find((title) => title === 'Check the Usage Log'));
    try {
      await placeForPerson('An unknown kite', place(), { responseFormat: 'b64_json' });
      const told = await watching.shown(/may still charge/);
      assert.deepEqual(told.titles, ['Check the Usage Log', 'Open Billing Page', 'Try Again', 'Show Log']);
      await watching.shown(/^The service charged [\d,.]+ credits for the request, which is entered; its pictures cannot be had any more\.$/);
    } finally {
      watching.stop();
    }
    assert.equal(paid(gateway), 1, 'it is not sent again');
    assert.equal((await tools.ledger.read()).length, before + 1);
  });
});

import assert from 'node:assert/strict';
import { commands, EventEmitter, Uri, workspace, type QuickPickItem } from 'vscode';
import type { Gateway } from '../../gateway/gateway.ts';
import { configure, easel, generate, openGateway, root, until } from '../support.ts';
import { forgetComposer, openComposer, type ComposerPanel } from './composerPanel.ts';
import { answering, openJobsPanel } from './jobsPanel.ts';

/** What one of the questions shows: the line below a text, or the items of a list. */
interface Asked {
  readonly prompt: string;
  readonly items: readonly QuickPickItem[];
}

/** A question that nobody sees: it is answered as soon as it is shown, or left. */
function standIn(asked: Asked[], last: boolean): unknown {
  const accepted = new EventEmitter<void>();
  const hidden = new EventEmitter<void>();
  const never = new EventEmitter<never>();
  const input = {
    value: '',
    prompt: '',
    items: [] as readonly QuickPickItem[],
    activeItems: [] as readonly QuickPickItem[],
    selectedItems: [] as readonly QuickPickItem[],
    onDidAccept: accepted.event,
    onDidHide: hidden.event,
    onDidChangeValue: never.event,
    onDidTriggerButton: never.event,
    dispose: () => undefined,
    show() {
      asked.push({ prompt: input.prompt, items: input.items });
      input.selectedItems = input.activeItems.slice(0, 1);
      if (last) hidden.fire();
      else accepted.fire();
    },
  };
  return input;
}

/** Asks the questions of a picture, with the answers of last time, and leaves at the last. */
async function questions(): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const over = { createInputBox: () => standIn(asked, false), createQuickPick: () => standIn(asked, asked.length === 2) };
  await answering(() => undefined, () => Promise.resolve(commands.executeCommand('easel.generate')), over);
  return asked;
}

/** The ends of a range, in the unit that is shown. */
const ends = (words: string): readonly [number, number] => {
  const [low = Number.NaN, high = low] = (/[¥$\d][\d,.–¥$]*/u.exec(words)?.[0] ?? '').replaceAll(/[¥$,]/gu, '').split('–').map(Number);
  return [low, high];
};

describe('what pictures cost, as it is shown', () => {
  let gateway: Gateway;
  let panel: ComposerPanel;
  const place = (...names: readonly string[]): Uri => Uri.joinPath(root(), 'money', ...names);
  // A size that no other test asks for: nothing is known of it.
  const size = '1664x2080';
  const make = (prompt: string) => generate({ prompt, size, quality: 'medium', folder: place() });

  before(async () => {
    gateway = await openGateway();
    await workspace.fs.createDirectory(place());
    await forgetComposer();
    const { tools } = await easel();
    await tools.memory.workspaceState.update('easel.lastAnswers', { prompt: 'A lamp', size, quality: 'medium' });
    panel = await openComposer();
    await panel.ask('draft.change', { draft: { prompt: 'A lamp', size, quality: 'medium', count: 1, folder: 'money' } });
  });
  after(async () => {
    panel.dispose();
    await forgetComposer();
    await configure('easel.currency', undefined);
    await configure('easel.baseUrl', undefined);
    await workspace.fs.delete(place(), { recursive: true });
    await gateway.close();
  });

  it('three measured calls narrow what the questions and the panel say, and both say so', async () => {
    const before = await questions();
    assert.equal(before.length, 3);
    assert.match(before[0]?.prompt ?? '', /^About [\d,–]+ credits · gpt-image-2 · 1664 × 2080 · quality: Medium$/);
    const wide = ends(before[0]?.prompt ?? '');
    assert.equal(panel.composer().costFrom, undefined);
    assert.deepEqual(ends(panel.composer().cost ?? ''), wide);

    const charged: number[] = [];
    for (const prompt of ['A lamp', 'A lamb', 'A limb']) charged.push((await make(prompt)).charge.amount);
    await panel.become('the narrower cost', ({ costFrom }) => costFrom === 'from 3 earlier requests');
    const { cost = '', costs } = panel.composer();
    const narrow = ends(cost);
    assert.ok(wide[0] <= narrow[0] && narrow[1] <= wide[1] && narrow[1] - narrow[0] < (wide[1] - wide[0]) / 2, `${String(wide)} → ${String(narrow)}`);
    for (const one of charged) assert.ok(narrow[0] <= one && one <= narrow[1], String(one));
    assert.equal(costs[size], cost);

    const after = await questions();
    assert.match(after[0]?.prompt ?? '', / · from 3 earlier requests$/);
    assert.deepEqual(ends(after[0]?.prompt ?? ''), narrow);
    assert.ok(after[1]?.items.some(({ description }) => description?.startsWith(cost)));
    const [low, medium] = after[2]?.items ?? [];
    assert.deepEqual([medium?.description, medium?.detail], [cost, 'Good for most assets · from 3 earlier requests']);
    assert.equal(low?.detail, 'Quick and cheap: drafts and placeholders');
  });

  it('corrections of what these calls were billed move it too, and corrections of those move it back', async () => {
    const { tools } = await easel();
    const [low, high] = ends(panel.composer().cost ?? '');
    const charges = (await tools.ledger.read()).filter(({ origin }) => origin === gateway.origin);
    assert.equal(charges.length, 3);
    const correct = async (share: number): Promise<void> => {
      for (const { job, amount } of charges) await tools.ledger.append({ version: 1, kind: 'correction', id: `${job} ${share}`, job, time: new Date().toISOString(), micros: Math.round(amount.micros * share), unit: amount.unit });
    };
    const become = (share: number): Promise<unknown> =>
      panel.become(`${share} of the cost`, ({ cost = '', costFrom }) => costFrom === 'from 3 earlier requests' && ends(cost).every((end, at) => Math.abs(end / (at === 0 ? low : high) - share) < 0.01));
    await correct(0.5);
    await become(1.5);
    await correct(-0.5);
    await become(1);
  });

  it('credits are shown in yuan as soon as the setting says so, everywhere, and in credits again', async () => {
    const jobs = await openJobsPanel();
    try {
      // Of two that are asked for one comes: its card stays, with what it cost and what the other would.
      gateway.faultNext({ kind: 'fewer', count: 1 });
      const desk = await (await easel()).tools.panel.desk();
      const request = { prompt: 'Two lamps', model: 'gpt-image-2', size, quality: 'medium' as const, count: 2 };
      await desk.jobs.place({ request, responseFormat: 'auto', folder: place(), name: 'two-lamps' });
      const inCredits = await jobs.card('its end', ({ state }) => state === 'done');
      assert.match(inCredits.outcome ?? '', /^Made two-lamps\.png for [\d,.]+ credits\.$/);
      const { cost: before = '' } = panel.composer();
      const about = async (): Promise<string> => {
        const { requests } = await panel.ask('gallery.list', { text: '', folder: '', model: '', since: '' });
        const { requests: known } = await panel.ask('gallery.details', { requests: requests.slice(0, 40).map(([id]) => id) });
        return known.find(({ prompt }) => prompt === 'Two lamps')?.about ?? '';
      };
      await until('the picture in the gallery', async () => (await about()).endsWith('credits'));
      const spent = async (): Promise<string> => (await panel.desk.status.state()).spent;
      assert.match(await spent(), /^[\d,.]+ credits$/);

      await configure('easel.currency', 'yuan');
      const { cost = '', costs } = await panel.become('a cost in yuan', (composer) => composer.cost?.startsWith('¥') ?? false);
      assert.match(cost, /^¥0\.\d+–¥0\.\d+$/);
      assert.deepEqual(ends(cost).map((end) => Math.round(end * 10_000)), ends(before).map(Math.round));
      for (const one of Object.values(costs)) assert.match(one, /^¥[\d.,]+(–¥[\d.,]+)?$/);
      const inYuan = await jobs.card('the card in yuan', ({ outcome }) => outcome?.includes('¥') ?? false);
      assert.match(inYuan.outcome ?? '', /^Made two-lamps\.png for ¥0\.\d{2,4}\.$/);
      assert.match(inYuan.about, / · about ¥0\.\d+–¥0\.\d+$/);
      assert.match(inYuan.actions[0]?.title ?? '', /^Make the Other One \(about ¥0\.\d+–¥0\.\d+\)$/);
      assert.match(await about(), /¥0\.\d+$/);
      assert.match(await spent(), /^¥[\d.,]+$/);
      const [prompt] = await questions();
      assert.match(prompt?.prompt ?? '', /^About ¥0\.\d+–¥0\.\d+ · /);
      // What programs are told stays as it is.
      assert.equal((await make('A lump')).charge.unit, 'credits');

      await configure('easel.currency', 'credits');
      await panel.become('a cost in credits', (composer) => composer.cost?.endsWith('credits') ?? false);
      await jobs.card('the card in credits', ({ outcome }) => outcome === inCredits.outcome);
    } finally {
      await jobs.close();
    }
  });
});

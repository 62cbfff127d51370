import { join } from 'node:path';
import { l10n, Uri, workspace } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import type { Composer, Draft } from '../../protocol/panel.ts';
import { withMore } from '../ask/arrange.ts';
import { rememberAnswers } from '../orders/memory.ts';
import type { Order } from '../orders/order.ts';
import type { OrderReference } from '../orders/references.ts';
import { joinSentences } from '../show/sentences.ts';
import { createCosts } from './composerCosts.ts';
import { canonicalSize } from './composerOrder.ts';
import { judge, viewOf, type Judged } from './composerView.ts';
import { freshDraft, listed, readPut, settingsDraft, soundDraft, turned, writePut, type Put } from './draft.ts';
import { rememberPrompt, sentPrompts } from './history.ts';
import type { ComposerPart, PanelRoom } from './parts.ts';
import { recalled } from './recall.ts';
import { createReferences } from './references.ts';
import { createOwnFiles } from './referencesFiles.ts';
import { referenceHandlers, withFiles } from './referencesHandlers.ts';
import { createStyles } from './styles.ts';
import { styleHandlers } from './stylesHandlers.ts';
import { pickTarget, targetText } from './target.ts';

/** Milliseconds after the last change until the draft is written to the workspace's memory. */
const rest = 300;

/** Milliseconds that files are looked at before an order, at most: whoever asked is told nothing after 30 seconds. */
const patience = 20_000;

/** @throws {FailureError} when it takes too long, so that nothing is sent after the user was told that there is no answer */
async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new FailureError({ code: 'invalid-request', about: 'files', reason: l10n.t('The images are still being read: try again in a moment.') })), patience);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Members of the draft that stand for settings until the user says otherwise. */
const settingMembers = ['model', 'size', 'quality', 'count', 'format', 'background', 'folder'] as const satisfies readonly (keyof Draft)[];

export function createComposer(room: PanelRoom): ComposerPart {
  const { tools, tell, storage } = room;
  const memory = tools.memory.workspaceState;
  const before = readPut(memory);
  let { draft } = before;
  /** The draft that the last order was made of. */
  let ordered = draft;
  let revision = 0;
  let settings = settingsDraft();
  let writing: NodeJS.Timeout | undefined;

  const quietly = (work: Promise<unknown>): void => void work.catch((error: unknown) => tools.log.error(error instanceof Error ? error : String(error)));
  const now = (): Judged => judge(draft, references, styles, tools.services);
  const costsOf = createCosts();
  const view = (): Composer => viewOf(revision, now(), references, styles, costsOf, tools.calibration);
  /** Tells what stands now, whoever changed it. */
  const news = (): Composer => {
    revision += 1;
    const composer = view();
    tell('composer', composer);
    return composer;
  };
  const references = createReferences(room, () => void news());
  const styles = createStyles(room, () => void news());
  const own = createOwnFiles(join(storage, 'references'), tools.memory.globalState);

  const write = async (): Promise<void> => {
    clearTimeout(writing);
    writing = undefined;
    await Promise.all([writePut(memory, { draft, references: references.list }), own.note(references.list.map(({ uri }) => uri))]);
  };
  const change = (next: Partial<Put>): Composer => {
    draft = next.draft ?? draft;
    if (next.references) references.set(next.references);
    clearTimeout(writing);
    writing = setTimeout(() => quietly(write()), rest);
    return news();
  };
  /** Another list of files, and what that means for the rest of the draft. */
  const put = (list: readonly OrderReference[], from = draft): Composer => {
    const next = listed(list, references.list);
    return change({ draft: turned(from, references.list, next, freshDraft(memory)), references: next });
  };

  const follow = (): void => {
    const [old, next] = [settings, settingsDraft()];
    settings = next;
    // What the user has not touched stays what the settings say.
    const followed = settingMembers.filter((member) => draft[member] === old[member] && next[member] !== old[member]);
    if (followed.length > 0) change({ draft: { ...draft, ...Object.fromEntries(followed.map((member) => [member, next[member]])) } });
    else news();
  };
  const listening = [
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('easel')) follow();
    }),
    workspace.onDidChangeWorkspaceFolders(follow),
    tools.calibration.onDidChange(() => void news()),
  ];
  references.set(before.references);
  quietly(own.sweep(Date.now()));

  return {
    async state() {
      await styles.ready;
      quietly(references.look());
      return view();
    },
    async order() {
      await inTime(Promise.all([styles.ready, references.look()]));
      const { order, faults } = now();
      ordered = draft;
      if (faults.length === 0) return order;
      const reason = joinSentences(faults.map(({ sentence }) => sentence));
      throw new FailureError({ code: 'invalid-request', reason, ...(faults.every(({ field }) => field === 'references') && { about: 'files' }) });
    },
    async sent() {
      const { size, quality, ...sent } = ordered;
      const prompt = sent.prompt.trim();
      // Replacing is said each time.
      if (draft.replace) change({ draft: { ...draft, replace: false } });
      await Promise.all([rememberPrompt(memory, prompt), rememberAnswers(memory, references.list.length > 0 ? { quality } : { prompt, quality, size: canonicalSize(size) }), write()]);
    },
    async use(uris, how) {
      const [first] = uris;
      if (!first) return;
      if (how !== 'edit') {
        put(withFiles(references.list, uris, how === 'mask' ? 'mask' : 'image'));
        return;
      }
      const [edited, ...others] = references.list;
      const same = edited?.role === 'image' && edited.uri.toString() === first.toString();
      // It goes on from another picture: the one before has done its part, and its mask with it.
      const kept = same ? references.list : [{ uri: first, role: 'image' as const }, ...others.filter(({ role, uri }) => role === 'image' && uri.toString() !== first.toString())];
      const folder = targetText(Uri.joinPath(first, '..'));
      // What was sent is in the history; what is wanted of the picture that came is something else.
      const said = draft.prompt.trim() === sentPrompts(memory)[0];
      put(withMore(kept, uris), { ...draft, name: '', ...(said && { prompt: '' }), ...(folder !== undefined && { folder }) });
    },
    async recall(order: Order) {
      const { draft: next, references: files, missing } = await recalled(order, draft);
      change({ draft: next, references: listed(files, references.list) });
      if (missing.length > 0) tell('say', { sentence: l10n.t('What it was made from is not there any more: {0}.', missing.join(', ')), tone: 'warning' });
    },
    referenceOf(id) {
      const file = references.list.find((one) => one.id === id);
      return file && { uri: file.uri, role: file.role };
    },
    mask: () => references.list.find(({ role }) => role === 'mask')?.uri,
    async setMask(file) {
      put(withFiles(references.list, [file], 'mask'));
      await references.look();
    },
    dispose() {
      if (writing) quietly(write());
      for (const one of [...listening, references, styles]) one.dispose();
    },
    handlers: {
      'draft.change': ({ draft: patch }) => {
        const known = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
        const { compression, ...others } = { ...draft, ...known };
        // Another format begins without one.
        const compressed = compression !== undefined && (patch.format === undefined || patch.format === draft.format || patch.compression !== undefined);
        return change({ draft: { ...others, ...(compressed && { compression }) } });
      },
      'draft.clear': () => change({ draft: freshDraft(memory), references: [] }),
      'prompts.list': () => ({ prompts: sentPrompts(memory) }),
      'target.pick': () => {
        quietly(pickTarget(draft.folder, room, (folder) => change({ draft: soundDraft({ folder }, draft) })));
        return {};
      },
      'reference.bytes': async ({ name, bytes }) => {
        const file = await own.keep(name, bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
        put(withMore(references.list, [file]));
        return {};
      },
      ...referenceHandlers(room, references, { put, mendsOf: (id) => now().references.each.get(id)?.mends ?? [], quietly }),
      ...styleHandlers(room, styles, quietly),
    },
  };
}

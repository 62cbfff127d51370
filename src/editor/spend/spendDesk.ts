import { setTimeout as sleep } from 'node:timers/promises';
import { env, l10n, workspace } from 'vscode';
import { failureSentence } from '../../images/failureSentence.ts';
import { editorEnd, type EditorEnd, type Handlers } from '../../protocol/channel.ts';
import { spendExchanges, type SpendEvents, type SpendExchanges, type SpendView } from '../../protocol/spend.ts';
import type { CommandTools } from '../commands/command.ts';
import { failureOf } from '../show/present.ts';
import { createReportActs } from './reportActs.ts';
import { createReconciling } from './reportReconcile.ts';
import { createLook, type SpendLook } from './spendLook.ts';
import type { SpendPart } from './spendPanel.ts';

/** The page, as the desk sees it. */
export interface SpendSurface {
  readonly post: (message: unknown) => void;
  readonly visible: () => boolean;
}

/** What the parts of the report have in common. */
export interface SpendRoom {
  readonly tools: CommandTools;
  readonly look: SpendLook;
  readonly tell: EditorEnd<SpendEvents>['tell'];
  readonly say: (sentence: string, tone?: 'information' | 'warning' | 'error') => void;
  /** For what may wait for a person or for the network: what goes wrong is said. */
  readonly goOn: (work: Promise<unknown>) => void;
  /** What is thrown, for the user; a defect goes into the log as well. */
  readonly sentenceOf: (error: unknown) => string;
  /** Shows what has changed. */
  readonly refresh: () => void;
}

/** Everything behind one page. */
export interface SpendDesk {
  /** Takes whatever arrived from the page; never rejects. */
  readonly hear: (message: unknown) => Promise<void>;
  readonly show: (at: SpendPart) => void;
  readonly refresh: () => void;
  readonly dispose: () => void;
}

/** Milliseconds that the report waits to know which pictures are there: after that it is shown without, and told again. */
const patience = 150;
/** Milliseconds in which changes are taken for one: several jobs end together, and a settings file is written in steps. */
const gathering = 50;

export function createSpendDesk(tools: CommandTools, surface: SpendSurface): SpendDesk {
  const look = createLook(tools);
  let at: SpendPart = 'report';
  /** Whether the page that is to be seen has begun. */
  let begun = false;
  let turn = 0;
  let disposed = false;

  const logged = (error: unknown): void => tools.log.error(error instanceof Error ? error : String(error));
  const sentenceOf = (error: unknown): string => {
    const failure = failureOf(error);
    if (failure.code === 'internal') logged(error);
    return failureSentence(failure, l10n.t);
  };
  const say: SpendRoom['say'] = (sentence, tone = 'information') => end.tell('say', { sentence, tone });
  const goOn: SpendRoom['goOn'] = (work) =>
    void work.catch((error: unknown) => {
      const sentence = sentenceOf(error);
      if (!disposed) say(sentence, 'error');
    });

  async function tellView(mine: number): Promise<void> {
    if (mine !== turn || disposed) return;
    const now = await look.view();
    // Whoever looked later has seen more.
    if (mine === turn && !disposed) end.tell('view', now);
  }

  /** The view for the page that asks for it; where it takes long to find out which pictures are kept, told once more when that is known. */
  async function viewSoon(): Promise<SpendView> {
    const mine = (turn += 1);
    let late = false;
    const looking = look.lookForPictures().then(() => (late ? tellView(mine) : undefined));
    looking.catch(logged);
    await Promise.race([looking, sleep(patience)]);
    late = true;
    return look.view();
  }

  const refresh = (): void => {
    // A page that is not to be seen begins anew, and asks.
    if (disposed || !surface.visible()) return;
    const mine = (turn += 1);
    const tell = async (): Promise<void> => {
      await sleep(gathering);
      if (mine !== turn) return;
      await look.lookForPictures();
      await tellView(mine);
    };
    goOn(tell());
  };

  const room: SpendRoom = { tools, look, tell: (event, value) => end.tell(event, value), say, goOn, sentenceOf, refresh };
  const reconciling = createReconciling(room);
  const handlers: Handlers<SpendExchanges> = {
    async start({ choice }) {
      if (choice) look.choose(choice);
      begun = true;
      const first = at;
      at = 'report';
      return { locale: env.language, sentences: { ...l10n.bundle }, view: await viewSoon(), reconciling: reconciling.state(), at: first };
    },
    'range.choose': (wanted) => {
      look.choose(wanted);
      return viewSoon();
    },
    ...createReportActs(room),
    ...reconciling.handlers,
  };
  const end = editorEnd<SpendExchanges, SpendEvents>(spendExchanges, handlers, { post: surface.post, sentenceOf, log: (line) => tools.log.warn(`spend report: ${line}`) });

  const listening = workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('easel') && refresh());
  const following = tools.balance().then((keeper) => {
    void keeper.refresh(false);
    return keeper.onDidChange(refresh);
  });
  following.catch(logged);
  return {
    hear: (message) => end.hear(message).catch(logged),
    show(part) {
      if (part === 'reconcile') reconciling.start();
      begun &&= surface.visible();
      if (begun) end.tell('show', { at: part });
      else at = part;
    },
    refresh,
    dispose() {
      disposed = true;
      listening.dispose();
      reconciling.dispose();
      void following.then((one) => one.dispose(), () => undefined);
    },
  };
}

import { commands, window, type Uri } from 'vscode';
import type { Order } from '../../src/editor/orders/order.ts';
import { easel, until } from './support.ts';

/** A message or a question that was shown, and the answers that it offers. */
export interface Message {
  readonly kind: 'information' | 'warning' | 'error';
  readonly sentence: string;
  /** What a question adds to its sentence. */
  readonly detail: string | undefined;
  readonly titles: readonly string[];
}

/** Stands between Easel and the user, whom tests do not have. */
export interface Watching {
  readonly messages: readonly Message[];
  /** Waits for a message that says this, from the `from`th on. */
  shown(sentence: RegExp, from?: number): Promise<Message>;
  stop(): void;
}

/**
 * Sees every message from now on and answers it.
 * @param answer the title that is chosen; undefined: none
 * @param folder what is chosen wherever a folder is asked for
 */
export function watchMessages(answer: (message: Message) => string | undefined | Promise<string | undefined>, folder?: Uri): Watching {
  const messages: Message[] = [];
  const show =
    (kind: Message['kind']) =>
    async (sentence: string, ...rest: readonly unknown[]): Promise<string | undefined> => {
      const options = rest.find((item): item is { readonly detail?: string } => typeof item === 'object' && item !== null);
      const message: Message = { kind, sentence, detail: options?.detail, titles: rest.filter((item) => typeof item === 'string') };
      messages.push(message);
      return answer(message);
    };
  const stand: Readonly<Record<string, unknown>> = {
    showInformationMessage: show('information'),
    showWarningMessage: show('warning'),
    showErrorMessage: show('error'),
    showOpenDialog: async () => (folder ? [folder] : undefined),
  };
  const before = Object.keys(stand).map((name) => [name, (window as unknown as Record<string, unknown>)[name]] as const);
  const put = (name: string, value: unknown): unknown => Object.defineProperty(window, name, { value, configurable: true, writable: true });
  for (const [name, value] of Object.entries(stand)) put(name, value);
  return {
    messages,
    async shown(sentence, from = 0) {
      const find = (): Message | undefined => messages.slice(from).find((message) => sentence.test(message.sentence));
      await until(`"${sentence.source}" among ${messages.map((message) => message.sentence).join(' | ')}`, () => find() !== undefined);
      return find() as Message;
    },
    stop() {
      for (const [name, value] of before) put(name, value);
    },
  };
}

/** Places a request as a person does who asks for the last one again. Resolves when its job is over. */
export async function placeForPerson(prompt: string, folder: Uri, over: Partial<Order> = {}): Promise<void> {
  const { tools } = await easel();
  const request: Order['request'] = { prompt, model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1, ...over.request };
  const order = { responseFormat: 'auto', name: prompt.toLowerCase().replaceAll(/\W+/g, '-'), ...over, request, folder: folder.toString() };
  await tools.memory.workspaceState.update('easel.lastOrder', order);
  await commands.executeCommand('easel.generateAgain');
}

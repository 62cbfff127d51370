import { QuickInputButtons, window, type Disposable, type InputBox, type QuickInputButton, type QuickPick, type QuickPickItem } from 'vscode';

/** What a step ends with: an answer, or the wish to go back, or to leave it all. */
export type StepEnd<T> = { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'back' } | { readonly kind: 'leave' };

/** Where a step stands: `step` counts from 1; the back button is there from the second on. */
export interface Place {
  readonly title: string;
  readonly step: number;
  readonly steps: number;
}

/** Asks one thing, given what was answered so far, and adds to it. */
export type Question<Answers> = (answers: Partial<Answers>, place: Pick<Place, 'step' | 'steps'>) => Promise<StepEnd<Partial<Answers>>>;

/**
 * Asks one question after the other, back and forth, each seeing what was answered so far.
 * @param questions asked anew after each answer, for an answer may bring further questions, or take some away, behind its own
 * @returns undefined when the user leaves
 */
export async function askAll<Answers>(questions: () => readonly Question<Answers>[], known: Partial<Answers>): Promise<Answers | undefined> {
  const answers = { ...known };
  for (let at = 0; ; ) {
    const all = questions();
    const ask = all[at];
    if (!ask) return answers as Answers;
    const end = await ask(answers, { step: at + 1, steps: all.length });
    if (end.kind === 'leave') return undefined;
    if (end.kind === 'answer') Object.assign(answers, end.value);
    at += end.kind === 'back' ? -1 : 1;
  }
}

/** Shows an input until it is answered, left or stepped back from, and disposes of it. */
export function show<T, Item extends QuickPickItem = QuickPickItem>(
  input: InputBox | QuickPick<Item>,
  place: Place,
  listen: (end: (value: T) => void) => readonly Disposable[],
  buttons: readonly QuickInputButton[] = [],
  onButton?: (button: QuickInputButton) => void,
): Promise<StepEnd<T>> {
  return new Promise((resolve) => {
    const end = (result: StepEnd<T>): void => {
      resolve(result);
      for (const disposable of listening) disposable.dispose();
      input.dispose();
    };
    input.title = place.title;
    if (place.steps > 1) {
      input.step = place.step;
      input.totalSteps = place.steps;
    }
    // A prompt typed for minutes must not vanish because the user looked something up in the editor.
    input.ignoreFocusOut = true;
    input.buttons = [...(place.step > 1 ? [QuickInputButtons.Back] : []), ...buttons];
    const listening = [
      ...listen((value) => end({ kind: 'answer', value })),
      input.onDidTriggerButton((button) => (button === QuickInputButtons.Back ? end({ kind: 'back' }) : onButton?.(button))),
      input.onDidHide(() => end({ kind: 'leave' })),
    ];
    input.show();
  });
}

/** A question answered by typing. `judge` returns the sentence that says what is wrong, or undefined. */
export function askText(
  place: Place,
  options: {
    readonly value: string;
    readonly placeholder?: string;
    readonly prompt: (value: string) => string;
    readonly judge: (value: string) => string | undefined;
    readonly password?: boolean;
    readonly buttons?: readonly QuickInputButton[];
    readonly onButton?: (button: QuickInputButton) => void;
  },
): Promise<StepEnd<string>> {
  const input = window.createInputBox();
  input.value = options.value;
  // What was asked last time is kept by Enter and replaced by typing.
  input.valueSelection = [0, options.value.length];
  input.placeholder = options.placeholder ?? '';
  input.password = options.password ?? false;
  input.prompt = options.prompt(options.value);
  // Judged while typing once there is something; an empty box is no mistake until it is accepted.
  const judge = (value: string): void => void (input.validationMessage = value === '' ? '' : (options.judge(value) ?? ''));
  return show(
    input,
    place,
    (end) => [
      input.onDidChangeValue((value) => {
        judge(value);
        input.prompt = options.prompt(value);
      }),
      input.onDidAccept(() => {
        const fault = options.judge(input.value);
        if (fault === undefined) end(input.value);
        else input.validationMessage = fault;
      }),
    ],
    options.buttons ?? [],
    options.onButton,
  );
}

/** A question answered by picking. `itemsFor` may add items for what is typed; the same array again leaves the list as it is. */
export function askPick<Item extends QuickPickItem>(
  place: Place,
  options: { readonly placeholder: string; readonly itemsFor: (typed: string) => readonly Item[]; readonly active: (item: Item) => boolean },
): Promise<StepEnd<Item>> {
  const input = window.createQuickPick<Item>();
  input.placeholder = options.placeholder;
  input.matchOnDescription = true;
  let items = options.itemsFor('');
  input.items = items;
  const active = input.items.find(options.active);
  if (active) input.activeItems = [active];
  return show<Item, Item>(
    input,
    place,
    (end) => [
      input.onDidChangeValue((typed) => {
        const wanted = options.itemsFor(typed);
        // Setting items throws away what is marked and scrolled to.
        if (wanted === items) return;
        items = wanted;
        input.items = items;
      }),
      input.onDidAccept(() => {
        const [picked] = input.selectedItems;
        if (picked) end(picked);
      }),
    ],
  );
}

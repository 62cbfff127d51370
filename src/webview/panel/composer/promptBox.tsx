/// <reference lib="dom" />
import type { JSX, RefObject, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { maxPromptCharacters } from '../../../images/judge.ts';
import { usePanel } from '../usePanel.ts';
import { startWalk, step, textAt, type Walk } from './promptHistory.ts';

/** From here on it is told how many characters there are. */
const nearlyTooLong = maxPromptCharacters - 4000;

interface PromptBoxProps {
  readonly area: RefObject<HTMLTextAreaElement | null>;
  readonly edits: boolean;
  /** The id of what says a fault of the prompt; undefined: it has none. */
  readonly fault: string | undefined;
}

/** Where the prompt is written. Up at its very start walks through the prompts that were sent before, Down comes back. */
export function PromptBox({ area, edits, fault }: PromptBoxProps): JSX.Element {
  const { connection, composer, change, hear, t, locale } = usePanel();
  const { prompt } = composer.draft;
  const walk = useRef<Walk>(null);
  /** Where the caret goes once the text is there. */
  const caret = useRef<'start' | 'end'>(null);

  useLayoutEffect(() => {
    const at = caret.current === 'end' ? prompt.length : 0;
    if (caret.current) area.current?.setSelectionRange(at, at);
    caret.current = null;
  }, [prompt]);

  const go = async (by: 1 | -1): Promise<void> => {
    const away = walk.current && walk.current.index > 0 ? walk.current : undefined;
    const prompts = away ? undefined : await hear(connection.ask('prompts.list', {}));
    const text = area.current?.value ?? prompt;
    const next = step(away ?? startWalk(text, prompts?.prompts ?? []), by, text);
    if (!next) return;
    walk.current = next;
    // At the start, from where it can go on; at the end of what was being typed, which goes on there.
    caret.current = next.index === 0 ? 'end' : 'start';
    change({ prompt: textAt(next) });
  };

  const keyed = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    if (selectionStart !== selectionEnd) return;
    const up = event.key === 'ArrowUp' && selectionStart === 0;
    const down = event.key === 'ArrowDown' && (walk.current?.index ?? 0) > 0 && (selectionStart === 0 || selectionStart === value.length);
    if (!up && !down) return;
    event.preventDefault();
    void go(up ? 1 : -1);
  };

  const characters = prompt.length > nearlyTooLong ? Array.from(prompt).length : 0;
  const number = new Intl.NumberFormat(locale);
  return (
    <div class="prompt">
      <textarea
        ref={area}
        rows={3}
        aria-label={t('Prompt')}
        aria-invalid={fault !== undefined && prompt !== '' ? 'true' : undefined}
        aria-describedby={fault}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        placeholder={edits ? t('What should change?') : t('What should the picture show?')}
        data-field="prompt"
        value={prompt}
        onInput={({ currentTarget }) => change({ prompt: currentTarget.value })}
        onKeyDown={keyed}
      />
      {characters > 0 && (
        <span class={characters > maxPromptCharacters ? 'count over' : 'count'}>
          {number.format(characters)} / {number.format(maxPromptCharacters)}
        </span>
      )}
    </div>
  );
}

/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { GalleryFilter, GalleryListing } from '../../../protocol/panel.ts';
import { IconButton, Icon, Select } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';

interface FiltersProps {
  readonly filter: GalleryFilter;
  readonly listing: GalleryListing;
  readonly onChange: (filter: Partial<GalleryFilter>) => void;
}

/** How long is waited for the next letter, in milliseconds. */
const pause = 200;

/** What narrows the gallery down: a text, a folder, a model, a time. */
export function Filters({ filter, listing, onChange }: FiltersProps): JSX.Element {
  const { t } = usePanel();
  const [text, setText] = useState(filter.text);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const typed = (next: string): void => {
    setText(next);
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => onChange({ text: next.trim() }), pause);
  };
  // Cleared from elsewhere.
  useEffect(() => {
    if (filter.text !== text.trim()) setText(filter.text);
  }, [filter.text]);
  useEffect(() => () => clearTimeout(waiting.current), []);
  const clear = (): void => {
    clearTimeout(waiting.current);
    setText('');
    onChange({ text: '' });
  };
  // Beside all folders is the workspace folder itself, as a dot. One that is chosen stays in its list, also when nothing is left of it.
  const options = (all: string, members: readonly string[], chosen: string): { value: string; title: string }[] => [
    { value: '', title: all },
    ...[...new Set(chosen === '' ? members : [...members, chosen])].map((value) => ({ value, title: value === '.' ? t('The workspace folder itself') : value })),
  ];
  return (
    <div class="filters" role="search" aria-label={t('Search the pictures')}>
      <div class="search">
        <Icon name="search" />
        <input
          type="search"
          aria-label={t('Search prompts and file names')}
          placeholder={t('Search prompts and file names')}
          maxLength={200}
          value={text}
          onInput={({ currentTarget }) => typed(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || text === '') return;
            event.preventDefault();
            event.stopPropagation();
            clear();
          }}
        />
        {text !== '' && <IconButton icon="close" label={t('Clear the Search')} onClick={clear} />}
      </div>
      <Select label={t('Folder')} value={filter.folder} options={options(t('All folders'), listing.folders.filter(Boolean), filter.folder)} onChange={(folder) => onChange({ folder })} />
      <Select label={t('Model')} value={filter.model} options={options(t('All models'), listing.models.filter(Boolean), filter.model)} onChange={(model) => onChange({ model })} />
      <Select
        label={t('Made')}
        value={filter.since}
        options={[
          { value: '', title: t('Any time') },
          { value: 'today', title: t('Today') },
          { value: 'week', title: t('Last 7 days') },
          { value: 'month', title: t('Last 30 days') },
        ]}
        onChange={(since) => onChange({ since })}
      />
    </div>
  );
}

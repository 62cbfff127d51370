/// <reference lib="dom" />
import type { JSX } from 'preact';
import { Checkbox, Field, IconButton } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import { useFault } from './options.tsx';

/** Where the pictures go, and what they are called. */
export function Target(): JSX.Element {
  const { connection, composer, change, hear, t } = usePanel();
  const { draft, references, namedAfterPrompt, roots } = composer;
  const edited = references.find(({ role }) => role === 'image');
  const replaces = edited !== undefined && draft.replace;
  const fault = useFault('target');
  return (
    <>
      {edited && (
        <Checkbox
          label={t('Replace {0} (the original is kept)', edited.name)}
          checked={draft.replace}
          hint={replaces ? t('The first picture takes its folder and its name; Undo Replace brings the original back.') : undefined}
          onChange={(replace) => change({ replace })}
        />
      )}
      {!replaces && (
        <div class="places" data-field="target">
          <div class="folder">
            <Field label={t('Folder')} hint={roots.length > 1 ? t('Begins with one of: {0}', roots.join(', ')) : undefined} fault={fault}>
              <input type="text" maxLength={1000} spellcheck={false} value={draft.folder} placeholder="." onInput={({ currentTarget }) => change({ folder: currentTarget.value })} />
            </Field>
            <IconButton icon="folder-opened" label={t('Choose a Folder…')} onClick={() => void hear(connection.ask('target.pick', {}))} />
          </div>
          <Field label={t('File name')} hint={draft.name === '' ? t('Made from the prompt, unless you give one.') : undefined}>
            <input type="text" maxLength={300} spellcheck={false} value={draft.name} placeholder={namedAfterPrompt} onInput={({ currentTarget }) => change({ name: currentTarget.value })} />
          </Field>
        </div>
      )}
    </>
  );
}

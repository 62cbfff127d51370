/// <reference lib="dom" />
import type { JSX } from 'preact';
import { Menu, type MenuItem } from '../shell/menu.tsx';
import { usePanel } from '../usePanel.ts';

/** What is said with every prompt: chosen, saved, thrown away. */
export function Styles(): JSX.Element {
  const { connection, composer, change, hear, t } = usePanel();
  const { styles, draft } = composer;
  const chosen = styles.find(({ id }) => id === draft.style);
  const unwritten = draft.prompt.trim() === '' ? t('Write a prompt first.') : undefined;
  const save = (scope: 'workspace' | 'user') => (): void => void hear(connection.ask('style.save', { text: draft.prompt, scope }));
  const open = (scope: 'workspace' | 'user') => (): void => void hear(connection.ask('style.open', { scope }));
  const scopes = { workspace: t('workspace'), user: t('user') };

  const items: MenuItem[] = [
    { id: 'none', title: t('No Style'), icon: chosen ? undefined : 'check', run: () => change({ style: '' }) },
    ...styles.map(({ id, name, scope }) => ({ id: `style-${id}`, title: `${name} · ${scopes[scope]}`, icon: id === draft.style ? 'check' : undefined, run: () => change({ style: id }) })),
    { id: 'save-workspace', title: t('Save Prompt as Style for This Workspace…'), icon: 'save', separator: true, disabled: unwritten, run: save('workspace') },
    { id: 'save-user', title: t('Save Prompt as Style for Me…'), icon: 'account', disabled: unwritten, run: save('user') },
    ...(chosen ? [{ id: 'delete', title: t('Delete Style "{0}"', chosen.name), icon: 'trash', separator: true, run: () => void hear(connection.ask('style.delete', { style: chosen.id })) }] : []),
    { id: 'open-workspace', title: t('Open the Styles of This Workspace'), icon: 'go-to-file', separator: true, run: open('workspace') },
    { id: 'open-user', title: t('Open My Styles'), icon: 'go-to-file', run: open('user') },
  ];
  return (
    <Menu label={chosen ? t('Style: {0}', chosen.name) : t('Style')} icon="symbol-color" items={items}>
      {chosen?.name}
    </Menu>
  );
}

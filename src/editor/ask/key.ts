import { env, l10n, ThemeIcon, Uri } from 'vscode';
import { cleanKey, type KeyFault } from '../../api/key.ts';
import { serviceName, type Service } from '../service.ts';
import { joinSentences } from '../show/sentences.ts';
import { askText } from './steps.ts';

function faultSentence(fault: KeyFault): string {
  switch (fault) {
    case 'empty':
      return l10n.t('Paste the key, or press Escape to leave.');
    case 'blank-inside':
      return l10n.t('The key has a space or line break in it: copy it again, alone and whole.');
    case 'not-ascii':
      return l10n.t('The key has characters that no key has: copy it again, in plain letters, digits and signs.');
  }
}

/** Asks for a service's key. Resolves to it as it is to be stored, or to undefined when the user leaves. */
export async function askKey({ profile, origin }: Service): Promise<string | undefined> {
  const { keyPage } = profile;
  const getKey = { iconPath: new ThemeIcon('link-external'), tooltip: l10n.t('Get a Key') };
  const stored = l10n.t('It is kept in the secret storage of VS Code, for {0} alone.', origin);
  const end = await askText(
    { title: l10n.t('API Key for {0}', serviceName(profile)), step: 1, steps: 1 },
    {
      value: '',
      placeholder: l10n.t('Paste your API key'),
      password: true,
      prompt: () => (keyPage === undefined ? stored : joinSentences([stored, l10n.t('You get one at {0}.', new URL(keyPage).host)])),
      judge: (text) => {
        const cleaned = cleanKey(text);
        return 'fault' in cleaned ? faultSentence(cleaned.fault) : undefined;
      },
      ...(keyPage !== undefined && { buttons: [getKey], onButton: () => void env.openExternal(Uri.parse(keyPage)) }),
    },
  );
  if (end.kind !== 'answer') return undefined;
  const cleaned = cleanKey(end.value);
  return 'key' in cleaned ? cleaned.key : undefined;
}

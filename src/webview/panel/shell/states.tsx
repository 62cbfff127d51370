/// <reference lib="dom" />
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { usePanel } from '../usePanel.ts';
import { Button, Icon, IconButton } from '../../parts/controls.tsx';

interface NoticeProps {
  readonly icon: string;
  readonly title: string;
  readonly tone?: 'plain' | 'warning' | 'error' | undefined;
  readonly class?: string | undefined;
  readonly children: ComponentChildren;
  /** What can be done, by buttons. */
  readonly acts: ComponentChildren;
  readonly onClose?: (() => void) | undefined;
}

/** Something that holds for the whole panel until it is put right. */
function Notice({ icon, title, tone = 'plain', class: name = '', children, acts, onClose }: NoticeProps): JSX.Element {
  const { t } = usePanel();
  return (
    <section class={`notice ${tone} ${name}`} aria-label={title}>
      <Icon name={icon} />
      <div class="text">
        <h2>{title}</h2>
        <p>{children}</p>
      </div>
      <div class="acts">{acts}</div>
      {onClose && <IconButton icon="close" label={t('Dismiss')} onClick={onClose} />}
    </section>
  );
}

/** What the panel's states ask for, above everything else: a service, a key, a folder, trust, the network. */
export function Notices(): JSX.Element {
  const { t, connection, hear, status } = usePanel();
  const [known, setKnown] = useState(false);
  const act = (name: 'key.set' | 'key.page' | 'settings.open' | 'folder.open' | 'trust.manage' | 'offline.forget') => (): void => void hear(connection.ask(name, {}));

  return (
    // There from the start, so that what comes later is announced.
    <div class="notices" aria-live="polite">
      {status.trouble !== undefined && (
        <Notice
          icon="error"
          tone="error"
          title={t('The settings name no service')}
          acts={
            <Button kind="primary" icon="gear" onClick={act('settings.open')}>
              {t('Open Settings')}
            </Button>
          }
        >
          {status.trouble}
        </Notice>
      )}
      {status.key === false && (
        <Notice
          icon="key"
          class="welcome"
          title={t('Easel needs a key for {0}', status.service)}
          acts={
            <>
              <Button kind="primary" onClick={act('key.set')}>
                {t('Set API Key')}
              </Button>
              {status.keyPage !== undefined && (
                <Button icon="link-external" title={t('Opens {0} in the browser', status.keyPage)} onClick={act('key.page')}>
                  {t('Get a Key')}
                </Button>
              )}
            </>
          }
        >
          {t('Pictures are made by {0} and paid there with your key. It stays in the secret storage of VS Code, and what a picture costs is shown before you send.', status.service)}
        </Notice>
      )}
      {!status.workspace && (
        <Notice
          icon="folder-opened"
          title={t('No folder is open')}
          acts={
            <Button kind={status.key === false ? 'secondary' : 'primary'} onClick={act('folder.open')}>
              {t('Open Folder')}
            </Button>
          }
        >
          {t('Pictures are saved into the folder that you work in: open one to make some.')}
        </Notice>
      )}
      {status.offline && (
        <Notice
          icon="debug-disconnect"
          tone="warning"
          title={t('{0} could not be reached', status.service === '' ? t('The service') : status.service)}
          onClose={act('offline.forget')}
          acts={<Button onClick={act('settings.open')}>{t('Open Settings')}</Button>}
        >
          {t('The last request did not get through, and cost nothing. Check the network, then send it again.')}
        </Notice>
      )}
      {!status.trusted && !known && (
        <Notice icon="shield" title={t('Restricted Mode')} onClose={() => setKnown(true)} acts={<Button onClick={act('trust.manage')}>{t('Manage Trust')}</Button>}>
          {t('This workspace is not trusted, so Easel does not read its settings; your own hold. Everything else works.')}
        </Notice>
      )}
    </div>
  );
}

/** The service and what today cost, below everything else. */
export function Foot(): JSX.Element {
  const { t, status } = usePanel();
  return (
    <footer class="foot">
      <span>{status.service}</span>
      {status.spent !== '' && <span>{t('Today: {0}', status.spent)}</span>}
    </footer>
  );
}

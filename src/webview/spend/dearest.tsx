/// <reference lib="dom" />
import type { JSX } from 'preact';
import type { SpendDear } from '../../protocol/spend.ts';
import { Table } from './table.tsx';
import { useSpend } from './useSpend.ts';

/** The dearest requests, with their pictures, which open with a press. */
export function Dearest({ requests }: { readonly requests: readonly SpendDear[] }): JSX.Element {
  const { t, connection, hear } = useSpend();
  return (
    <section class="chart">
      <h3>{t('Dearest requests')}</h3>
      <Table
        title={t('Dearest requests')}
        heads={[{ title: t('Time') }, { title: t('Spent'), figure: true }, { title: t('Basis') }, { title: t('Request') }, { title: t('Workspace') }, { title: t('Files') }]}
        rows={requests.map(({ time, sum, basis, about, made, prompt, workspace, pictures }) => [
          time,
          sum.text,
          basis,
          <>
            {about} · {made}
            {prompt !== undefined && (
              <span class="prompt hint" title={prompt}>
                {prompt}
              </span>
            )}
          </>,
          workspace,
          <>
            {pictures.map(({ id, name, there }) =>
              there ? (
                <button key={id} type="button" class="link" title={t('Open {0}', name)} onClick={() => void hear(connection.ask('picture.open', { picture: id }))}>
                  {name}
                </button>
              ) : (
                <span key={id} class="gone hint">
                  {t('{0} (its file is gone)', name)}
                </span>
              ),
            )}
          </>,
        ])}
      />
    </section>
  );
}

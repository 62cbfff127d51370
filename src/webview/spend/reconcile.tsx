/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Found, Reconciling, ReconcileGroup } from '../../protocol/spend.ts';
import { Button, Checkbox, Icon, Spinner } from '../parts/controls.tsx';
import { Table } from './table.tsx';
import { useSpend } from './useSpend.ts';

/** Brings this part into sight, with the focus at its heading, once it is drawn. */
export const showReconcilePart = (): void =>
  void requestAnimationFrame(() => {
    const heading = document.querySelector<HTMLElement>('#reconcile');
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: 'start' });
  });

function Group({ group: { title, text, enters, rows, more }, checked, check }: { readonly group: Found['groups'][number]; readonly checked: boolean; readonly check: (checked: boolean) => void }): JSX.Element {
  const { t } = useSpend();
  const differs = rows.some(({ difference }) => difference !== undefined);
  return (
    <section class="group">
      <h3>{title}</h3>
      <p>{text}</p>
      {enters && <Checkbox label={enters.label} checked={checked} onChange={check} />}
      {rows.length > 0 && (
        <details>
          <summary>{more > 0 ? t('Show the newest {0}', rows.length) : t('Show them')}</summary>
          <Table
            title={title}
            heads={[
              { title: t('Time') },
              { title: t('Request') },
              ...(rows.some(({ here }) => here !== undefined) ? [{ title: t('Here'), figure: true }] : []),
              ...(rows.some(({ there }) => there !== undefined) ? [{ title: t('At the service'), figure: true }] : []),
              ...(differs ? [{ title: t('Difference'), figure: true }] : []),
            ]}
            rows={rows.map(({ time, about, here, there, difference }) => [time, about, ...[here, there, ...(differs ? [difference] : [])].filter((cell) => cell !== undefined)])}
          />
          {more > 0 && <p class="hint">{t('and {0} more, which count above', more)}</p>}
        </details>
      )}
    </section>
  );
}

function FoundPart({ found }: { readonly found: Found }): JSX.Element {
  const { t, connection, hear } = useSpend();
  const [checked, setChecked] = useState<ReadonlySet<ReconcileGroup>>(() => new Set(found.groups.flatMap(({ id, enters }) => (enters?.wanted === true ? [id] : []))));
  const [entering, setEntering] = useState(false);
  const chosen = found.groups.filter(({ id, enters }) => enters && checked.has(id));
  const count = chosen.reduce((sum, { enters }) => sum + (enters?.corrections ?? 0), 0);
  const possible = found.groups.some(({ enters }) => enters);
  return (
    <>
      <p>{found.about}</p>
      {found.doubt !== undefined && (
        <p class="doubt">
          <Icon name="warning" /> {found.doubt}
        </p>
      )}
      {found.groups.map((group) => (
        <Group
          key={group.id}
          group={group}
          checked={checked.has(group.id)}
          check={(on) => setChecked(new Set([...checked].filter((id) => id !== group.id).concat(on ? [group.id] : [])))}
        />
      ))}
      {possible ? (
        <Button
          kind="primary"
          icon="check"
          busy={entering}
          disabled={count === 0}
          onClick={() => {
            setEntering(true);
            void hear(connection.ask('reconcile.enter', { turn: found.turn, groups: chosen.map(({ id }) => id) })).then((taken) => taken ?? setEntering(false));
          }}
        >
          {count === 1 ? t('Enter 1 Correction') : t('Enter {0} Corrections', count)}
        </Button>
      ) : (
        <p>
          <Icon name="pass" /> {t('The ledger says what the service says.')}
        </p>
      )}
    </>
  );
}

/** The service's usage log beside the ledger. */
export function ReconcilePart({ reconciling }: { readonly reconciling: Reconciling }): JSX.Element {
  const { t, connection, hear } = useSpend();
  const { kind } = reconciling;
  return (
    <section class="reconcile" aria-labelledby="reconcile">
      <h2 id="reconcile" tabIndex={-1}>
        {t('Reconcile with the service')}
      </h2>
      <p class="hint">{t('Holds the usage log of your service against the ledger. It costs nothing, and nothing is entered before you say so.')}</p>
      <div class="line">
        <Button icon="cloud-download" busy={kind === 'running'} onClick={() => void hear(connection.ask('reconcile.start', {}))}>
          {kind === 'found' || kind === 'entered' ? t('Fetch the Log Again') : t('Fetch the Log')}
        </Button>
        {kind === 'running' && <Button onClick={() => void hear(connection.ask('reconcile.cancel', {}))}>{t('Cancel')}</Button>}
      </div>
      <div aria-live="polite">
        {kind === 'running' && (
          <p>
            <Spinner /> {t('Fetching the log of the service')}
          </p>
        )}
        {kind === 'failed' && (
          <p class="failure">
            <Icon name="error" /> {reconciling.sentence}
          </p>
        )}
        {kind === 'entered' && (
          <p>
            <Icon name="pass" /> {reconciling.sentence}
          </p>
        )}
      </div>
      {kind === 'found' && <FoundPart key={reconciling.turn} found={reconciling} />}
    </section>
  );
}

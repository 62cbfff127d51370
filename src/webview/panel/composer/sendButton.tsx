/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ComposerField } from '../../../protocol/panel.ts';
import { Button, Icon } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import type { Sending } from './sending.ts';
import { focusHere } from '../../parts/focus.ts';

/** So long, in milliseconds, the cost has to stay as it is before it is said: nobody wants to hear it at each letter. */
const settled = 1500;

interface SendButtonProps {
  readonly sending: Sending;
  /** The id of what says what keeps it from being sent. */
  readonly faultId: string;
  readonly lead: (field: ComposerField) => void;
}

/** Sends the request, for the cost that it carries; or says what is in the way, and leads there. */
export function SendButton({ sending, faultId, lead }: SendButtonProps): JSX.Element {
  const { connection, composer, status, hear, t } = usePanel();
  const { references, faults, cost, costFrom, draft } = composer;
  const { state, send } = sending;
  const edits = references.some(({ role }) => role === 'image');
  const [fault] = faults;
  const fromId = useId();

  if (state.kind === 'double') return <Double sending={sending} cost={state.cost} />;
  if (status.key === false) {
    return (
      <div class="send">
        <Button kind="primary" icon="key" onClick={() => void hear(connection.ask('key.set', {}))}>
          {t('Set API Key…')}
        </Button>
      </div>
    );
  }
  const title = edits ? (cost === undefined ? t('Edit') : t('Edit · {0}', cost)) : cost === undefined ? t('Generate') : t('Generate · {0}', cost);
  const blocked = fault !== undefined || status.trouble !== undefined;
  // What is said of a file already, beside what mends it, is not said twice.
  const said = fault?.field === 'references' && references.some(({ faults: own }) => own.includes(fault.sentence));
  // What is in the way comes first: then nobody asks how well the cost is known.
  const from = fault ? undefined : costFrom;
  const untouched = fault?.field === 'prompt' && draft.prompt.trim() === '';
  return (
    <div class="send">
      <button
        type="button"
        class={`button primary${blocked ? ' blocked' : ''}`}
        aria-disabled={blocked || state.kind === 'busy' ? 'true' : undefined}
        aria-busy={state.kind === 'busy' ? 'true' : undefined}
        aria-describedby={fault && !said ? faultId : from === undefined ? undefined : fromId}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        title={t('{0} ({1})', title, navigator.platform.startsWith('Mac') ? '⌘Enter' : 'Ctrl+Enter')}
        onClick={() => send()}
      >
        <Icon name={state.kind === 'busy' ? 'loading' : edits ? 'wand' : 'sparkle'} spin={state.kind === 'busy'} />
        <span>{title}</span>
      </button>
      {fault && !said && (
        <button type="button" id={faultId} class={`why${untouched ? '' : ' fault'}`} onClick={() => lead(fault.field)}>
          {!untouched && <Icon name="error" />}
          <span>{fault.sentence}</span>
        </button>
      )}
      {from !== undefined && (
        <p id={fromId} class="hint">
          {from}
        </p>
      )}
      <SaidCost cost={cost} />
    </div>
  );
}

/** The cost for those who listen, once it stays. */
function SaidCost({ cost }: { readonly cost: string | undefined }): JSX.Element {
  const { t } = usePanel();
  const [said, setSaid] = useState('');
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    const timer = setTimeout(() => setSaid(cost === undefined ? '' : t('About {0}.', cost)), settled);
    return () => clearTimeout(timer);
  }, [cost]);
  return (
    <span class="visually-hidden" role="status">
      {said}
    </span>
  );
}

/** Asks whether the same is wanted twice, and paid for twice. */
function Double({ sending, cost }: { readonly sending: Sending; readonly cost: string }): JSX.Element {
  const { t } = usePanel();
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => focusHere(group.current?.querySelector('button')), []);
  return (
    <div
      ref={group}
      class="double"
      role="alertdialog"
      aria-label={t('The same request was placed a moment ago. Place it again for about {0}?', cost)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        sending.cancel();
      }}
    >
      <p>{t('The same request was placed a moment ago. Place it again for about {0}?', cost)}</p>
      <div class="buttons">
        <Button kind="primary" onClick={() => sending.send(true)}>
          {t('Place Again')}
        </Button>
        <Button onClick={sending.cancel}>{t('Cancel')}</Button>
      </div>
    </div>
  );
}

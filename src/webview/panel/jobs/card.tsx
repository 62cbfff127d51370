/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JobCard } from '../../../protocol/panel.ts';
import { Button, Icon, IconButton } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';

const icons = { queued: 'watch', running: 'loading', done: 'check', failed: 'error', cancelled: 'circle-slash' } as const satisfies Record<JobCard['state'], string>;

/** One request: what was asked for, how far it is, how it ended, and what can be done. */
export function Card({ job }: { readonly job: JobCard }): JSX.Element {
  const { connection, hear, t } = usePanel();
  const title = useId();
  const { id, state, about, stage, outcome, notes, actions } = job;
  const over = state !== 'queued' && state !== 'running';
  // What came is in its place, and something is to be said of it.
  const icon = state === 'done' && notes.length > 0 ? 'warning' : icons[state];
  return (
    <li class={`job ${state}`} data-job={id} tabIndex={-1} aria-labelledby={title}>
      <Preview job={job} />
      <div class="body">
        <div class="top">
          <Prompt id={title} prompt={job.prompt} />
          {over && <IconButton key="remove" icon="close" label={t('Remove From the List')} onClick={() => void hear(connection.ask('job.dismiss', { job: id }))} />}
        </div>
        <p class="about">{about}</p>
        {over ? (
          <div key="over" class="outcome">
            <Icon name={icon} />
            <div>
              <p>{outcome ?? stage}</p>
              {notes.map((note) => (
                <p key={note}>{note}</p>
              ))}
            </div>
          </div>
        ) : (
          <div key="stage" class="stage">
            <Icon name={icon} spin={state === 'running'} />
            <span>{stage}</span>
            <Button onClick={() => void hear(connection.ask('job.cancel', { job: id }))}>{t('Cancel')}</Button>
          </div>
        )}
        {over && actions.length > 0 && (
          <div key="actions" class="actions">
            {actions.map(({ action, title: words }) => (
              <Button key={action} onClick={() => void hear(connection.ask('job.act', { job: id, action }))}>
                {words}
              </Button>
            ))}
          </div>
        )}
      </div>
    </li>
  );
}

/** The newest picture on the way, else the image that is edited, else an empty place; in the shape of what was asked for. */
function Preview({ job: { state, size, partial, edits } }: { readonly job: JobCard }): JSX.Element | null {
  const { t } = usePanel();
  const under = state === 'queued' || state === 'running';
  const src = partial ?? edits;
  if (!under && src === undefined) return null;
  // Beyond this an extreme shape would leave nothing to see.
  const ratio = size ? Math.min(2.4, Math.max(0.5, size.width / size.height)) : 1;
  return (
    <div class={`job-preview${partial === undefined ? '' : ' partial'}${under ? ' under-way' : ''}`} style={{ '--ratio': String(under ? ratio : 1) }}>
      {src === undefined ? (
        <Icon name="sparkle" />
      ) : (
        <img
          src={src}
          alt={partial === undefined ? t('The image that is edited') : t('The picture on its way')}
          draggable={false}
          onError={({ currentTarget }) => (currentTarget.hidden = true)}
          onLoad={({ currentTarget }) => (currentTarget.hidden = false)}
        />
      )}
    </div>
  );
}

/** A prompt in two lines, and whole where there is more of it and the user wants it. */
function Prompt({ id, prompt }: { readonly id: string; readonly prompt: string }): JSX.Element {
  const { t } = usePanel();
  const text = useRef<HTMLHeadingElement>(null);
  const [whole, setWhole] = useState(false);
  const [more, setMore] = useState(false);
  useLayoutEffect(() => {
    const { current } = text;
    if (!current) return undefined;
    const measure = (): void => {
      // Unfolded it says nothing about how it would be folded.
      if (current.classList.contains('folded')) setMore(current.scrollHeight > current.clientHeight + 1);
    };
    const watching = new ResizeObserver(measure);
    watching.observe(current);
    measure();
    return () => watching.disconnect();
  }, [prompt]);
  return (
    <div class="prompt">
      <h3 ref={text} id={id} class={whole ? '' : 'folded'}>
        {prompt}
      </h3>
      {more && (
        <button type="button" class="more" aria-expanded={whole} aria-describedby={id} onClick={() => setWhole(!whole)}>
          {whole ? t('Show Less') : t('Show More')}
        </button>
      )}
    </div>
  );
}

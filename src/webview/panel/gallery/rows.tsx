/// <reference lib="dom" />
import type { CSSProperties, JSX } from 'preact';
import type { Translate } from '../../../images/words.ts';
import type { GalleryPicture, GalleryRequest } from '../../../protocol/panel.ts';
import { Icon } from '../../parts/controls.tsx';
import type { Row } from './layout.ts';
import { memo } from './memo.ts';

interface RowProps {
  readonly id: string;
  readonly row: Row;
  /** In the whole grid, from 0. */
  readonly index: number;
  readonly columns: number;
  readonly request: GalleryRequest | undefined;
  readonly t: Translate;
}

const classes = (row: Row, kind: string): string => `row ${kind}${row.begins ? ' begins' : ''}${row.ends ? ' ends' : ''}${row.joins ? ' joins' : ''}`;
const place = ({ top, height }: Row): CSSProperties => ({ top: `${top}px`, height: `${height}px` });

/** The head of a request: its prompt and its facts. What it does is heard by the grid, from `data-does`. */
export const RequestRow = memo<RowProps & { readonly unfolded: boolean; readonly source: string | undefined }>(({ id, row, index, columns, request, unfolded, source, t }) => {
  const from = request?.from.filter(({ role }) => role === 'image') ?? [];
  const [edited] = from;
  const more = from.length - 1;
  const name = edited?.name.split('/').at(-1) ?? '';
  const words = edited && (more > 0 ? t('from {0} and {1} more', name, more) : t('from {0}', name));
  return (
    <div role="row" aria-rowindex={index + 1} class={classes(row, 'request')} style={place(row)} data-request={id}>
      <div role="gridcell" aria-colspan={columns} class={unfolded ? 'head unfolded' : 'head'}>
        {request ? (
          <>
            <p class="prompt">{request.prompt}</p>
            <div class="about">
              {words !== undefined && edited?.picture !== undefined && (
                <button type="button" class="source" tabIndex={-1} data-does="source" data-source={edited.picture} title={edited.name}>
                  {source === undefined ? <Icon name="edit" /> : <img src={source} alt="" />}
                  <span>{words}</span>
                </button>
              )}
              {words !== undefined && edited?.picture === undefined && (
                <span class="source" title={edited?.name}>
                  <Icon name="edit" />
                  <span>{words}</span>
                </span>
              )}
              <span class="facts" title={`${request.about}\n${request.time}`}>
                {request.about} · <time>{request.time}</time>
              </span>
              <button type="button" class="unfold" tabIndex={-1} data-does="unfold">
                {unfolded ? t('Show Less') : t('Show All')}
              </button>
            </div>
          </>
        ) : (
          <>
            <span class="shade" />
            <span class="shade short" />
          </>
        )}
      </div>
    </div>
  );
});

/** What is set about a tile: it has the focus or would have it, it is under the pointer, it is selected. */
export interface Marks {
  readonly active: number | undefined;
  readonly hot: number | undefined;
  /** Indexes of the selected pictures of the row's request, as text, so that it is equal when it is the same. */
  readonly selected: string;
}

/** Some pictures of a request, side by side. */
export const PicturesRow = memo<RowProps & Marks>(({ id, row, index, request, active, hot, selected, t }) => {
  const chosen = new Set(selected.split(',').filter(Boolean).map(Number));
  return (
    <div role="row" aria-rowindex={index + 1} class={classes(row, 'pictures')} style={place(row)} data-request={id}>
      {Array.from({ length: row.count }, (_, at) => {
        const picture = row.first + at;
        return (
          <Tile key={picture} at={picture} column={at} picture={request?.pictures[picture]} request={request} active={active === picture} hot={hot === picture} selected={chosen.has(picture)} selecting={selected !== ''} t={t} />
        );
      })}
    </div>
  );
});

interface TileProps {
  readonly at: number;
  readonly column: number;
  readonly picture: GalleryPicture | undefined;
  readonly request: GalleryRequest | undefined;
  readonly active: boolean;
  readonly hot: boolean;
  readonly selected: boolean;
  readonly selecting: boolean;
  readonly t: Translate;
}

const brief = (prompt: string): string => (prompt.length > 120 ? `${prompt.slice(0, 119)}…` : prompt);

/** What a picture is, in words. */
export function pictureWords(request: GalleryRequest, at: number, t: Translate): string {
  const picture = request.pictures[at];
  if (!picture) return '';
  const name = t('{0}, {1} × {2}, picture {3} of {4}. {5}', picture.name, picture.width, picture.height, at + 1, request.pictures.length, brief(request.prompt));
  return picture.state === 'gone' ? t('{0} (its file is gone)', name) : picture.state === 'replaced' ? t('{0} (it replaced a file)', name) : name;
}

function Tile({ at, column, picture, request, active, hot, selected, selecting, t }: TileProps): JSX.Element {
  const gone = picture?.state === 'gone';
  return (
    <div
      role="gridcell"
      class={`tile${gone ? ' gone' : ''}${selecting ? ' selecting' : ''}`}
      data-picture={at}
      aria-colindex={column + 1}
      aria-selected={selected ? 'true' : 'false'}
      tabIndex={active ? 0 : -1}
      aria-label={request ? pictureWords(request, at, t) : t('Picture {0}', at + 1)}
    >
      {picture?.thumb !== undefined && !gone ? <img src={picture.thumb} alt="" decoding="async" draggable={false} /> : picture && <Icon name={gone ? 'circle-slash' : 'file-media'} />}
      {picture?.state === 'replaced' && (
        <span class="badge" title={t('It took the place of a file, which can be brought back.')}>
          <Icon name="history" />
        </span>
      )}
      {picture && (hot || selected) && (
        <button type="button" class="check" tabIndex={-1} data-does="select" aria-label={t('Select {0}', picture.name)} aria-pressed={selected ? 'true' : 'false'}>
          <Icon name={selected ? 'pass-filled' : 'circle-large'} />
        </button>
      )}
      {picture && hot && (
        <span class="tools">
          {!gone && (
            <button type="button" tabIndex={-1} data-does="edit" title={t('Edit This')} aria-label={t('Edit This')}>
              <Icon name="edit" />
            </button>
          )}
          <button type="button" tabIndex={-1} data-does="menu" title={t('More')} aria-label={t('More')}>
            <Icon name="ellipsis" />
          </button>
        </span>
      )}
    </div>
  );
}

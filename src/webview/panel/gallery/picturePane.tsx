/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownPicture } from '../../../protocol/panel.ts';
import { Button, Icon, IconButton } from '../../parts/controls.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { Menu } from '../shell/menu.tsx';
import { usePanel } from '../usePanel.ts';
import { pictureMenu } from './pictureMenu.ts';
import { Stage } from './stage.tsx';
import { useActs } from './useActs.ts';
import { useGallery } from './useGallery.ts';
import { beside } from './walk.ts';

/** What the menu has beside these buttons. */
const buttons = new Set(['edit', 'mask', 'use-as-reference', 'variations', 'compare']);

/** One picture in full size over the panel, with everything that can be done with it. */
export function PicturePane({ picture: id }: { readonly picture: string }): JSX.Element {
  const { t, connection, gallery, hear, show } = usePanel();
  const { listing } = useGallery(gallery);
  const acts = useActs();
  const [shown, setShown] = useState<ShownPicture & { readonly of: string }>();
  const [failed, setFailed] = useState<string>();
  const [actual, setActual] = useState(false);

  useEffect(() => {
    let over = false;
    const fetch = async (): Promise<void> => {
      const answer = await hear(connection.ask('picture.show', { picture: id }));
      if (over) return;
      if (answer) setShown({ ...answer, of: id });
      else setFailed(id);
    };
    void fetch();
    return () => {
      over = true;
    };
  }, [id]);

  const found = gallery.find(id);
  const requests = listing?.requests ?? [];
  const request = found ? requests.findIndex(([one]) => one === found.request.id) : -1;
  const at = found ? found.request.pictures.indexOf(found.picture) : -1;
  const place = request >= 0 && at >= 0 ? { request, picture: at } : undefined;
  const next = (by: 1 | -1): (() => Promise<void>) | undefined => {
    const to = place && beside(requests, place, by);
    const of = to && requests[to.request]?.[0];
    if (!to || of === undefined) return undefined;
    return async () => {
      await gallery.load([of]);
      const neighbour = gallery.request(of)?.pictures[to.picture];
      if (!neighbour) return;
      setActual(false);
      show({ kind: 'picture', picture: neighbour.id });
    };
  };
  const back = next(-1);
  const forth = next(1);
  // The neighbours' details are there when they are wanted.
  useEffect(() => {
    if (place) void gallery.load([-1, 1].flatMap((by) => requests[request + by]?.[0] ?? []));
  }, [request, listing]);

  const own = shown?.of === id ? shown : undefined;
  const width = own?.width ?? found?.picture.width ?? 0;
  const height = own?.height ?? found?.picture.height ?? 0;
  const name = own?.name ?? found?.picture.name ?? '';
  const items = found ? pictureMenu({ found, pictures: [id], acts, t }) : [];

  const content = useRef<HTMLDivElement>(null);
  const keyed = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const on = event.target instanceof Element && event.target.closest('.stage');
    // Pixel by pixel the arrows move the picture, which the browser does by itself.
    const turns = !(actual && on) || event.key.startsWith('Page');
    const turn = event.key === 'ArrowLeft' || event.key === 'PageUp' ? back : event.key === 'ArrowRight' || event.key === 'PageDown' ? forth : undefined;
    if (turn && turns) void turn();
    else if (event.key === 'Delete' && found) void acts.act([id], 'delete');
    else if (event.key === 'z' || event.key === 'Z') setActual(!actual);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  // Of the whole dialog, its title bar too.
  useEffect(() => {
    const dialog = content.current?.closest('dialog');
    dialog?.addEventListener('keydown', keyed);
    return () => dialog?.removeEventListener('keydown', keyed);
  });

  return (
    <Dialog title={name} onClose={() => show(undefined)} full class="picture">
      <div ref={content} class="large">
        <div class="view">
          {failed === id ? (
            <div class="empty">
              <Icon name="circle-slash" />
              <p>{t('The picture cannot be shown: its file is not there any more, or cannot be read.')}</p>
            </div>
          ) : (
            <Stage src={own?.src} thumb={found?.picture.thumb} width={width} height={height} alt={found ? `${name}. ${found.request.prompt.slice(0, 200)}` : name} actual={actual} onActual={setActual} />
          )}
          <div class="turning" role="toolbar" aria-label={t('Looking at the picture')}>
            <IconButton icon="chevron-left" label={t('Previous Picture')} disabled={!back} onClick={() => void back?.()} />
            <IconButton icon="chevron-right" label={t('Next Picture')} disabled={!forth} onClick={() => void forth?.()} />
            <IconButton icon={actual ? 'screen-normal' : 'zoom-in'} label={actual ? t('Show the Whole Picture') : t('Show Actual Size')} pressed={actual} onClick={() => setActual(!actual)} />
          </div>
        </div>
        <aside aria-label={t('About the picture')}>
          {found && (
            <div class="acts">
              {items
                .filter((item) => buttons.has(item.id))
                .map((item) => (
                  <Button key={item.id} kind={item.id === 'edit' ? 'primary' : 'secondary'} icon={item.icon} disabled={item.disabled !== undefined} title={item.disabled} onClick={item.run}>
                    {item.title}
                  </Button>
                ))}
              <Menu label={t('More Actions')} items={items.filter((item) => !buttons.has(item.id))} />
            </div>
          )}
          {found && (
            <>
              <h3>{t('Prompt')}</h3>
              <p class="whole">{found.request.prompt}</p>
            </>
          )}
          <h3>{t('Facts')}</h3>
          <ul>
            {own && <li>{own.facts}</li>}
            {found && (
              <>
                <li>{found.request.about}</li>
                <li>{found.request.time}</li>
                <li>{found.picture.folder === '' ? found.picture.name : `${found.picture.folder}/${found.picture.name}`}</li>
                {found.request.from.map(({ name: source, role }) => (
                  <li key={`${role} ${source}`}>{role === 'mask' ? t('mask {0}', source) : t('from {0}', source)}</li>
                ))}
              </>
            )}
          </ul>
        </aside>
      </div>
    </Dialog>
  );
}

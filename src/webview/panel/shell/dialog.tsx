/// <reference lib="dom" />
import type { ComponentChildren, JSX, TargetedKeyboardEvent } from 'preact';
import { useContext, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { usePanel } from '../usePanel.ts';
import { IconButton } from '../../parts/controls.tsx';
import { Said } from '../../parts/said.tsx';
import { SaidContext } from './useSaying.ts';
import { focusHere } from '../../parts/focus.ts';

interface DialogProps {
  readonly title: string;
  /** Escape, the cross and, unless it is `full`, a press beside it. The one who opened it takes it away. */
  readonly onClose: () => void;
  /** Over the whole panel. */
  readonly full?: boolean | undefined;
  /** A class of its own, to lay out what is in it. */
  readonly class?: string | undefined;
  readonly children: ComponentChildren;
  /** Buttons, the one that does it last. */
  readonly footer?: ComponentChildren;
}

/** What can have the focus by Tab. */
const reached = 'button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), a[href], [tabindex]:not([tabindex="-1"])';

/**
 * Something over the panel, which has everything to itself until it closes. The browser's own dialog: the rest of the page is inert.
 * The focus goes to the member with `autofocus`, else to the first control, and comes back where it was.
 */
export function Dialog({ title, onClose, full = false, class: name = '', children, footer }: DialogProps): JSX.Element {
  const { t } = usePanel();
  const dialog = useRef<HTMLDialogElement>(null);
  const { opened, top, message, dismiss } = useContext(SaidContext);
  const id = useId();

  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    const closed = opened(id);
    return () => {
      element?.close();
      closed();
      // Whoever opened it may be gone meanwhile: then the focus is not left to nobody.
      focusHere(before instanceof HTMLElement && before.isConnected && before !== document.body ? before : document.querySelector<HTMLElement>('main'));
    };
  }, []);

  const keyed = (event: TargetedKeyboardEvent<HTMLDialogElement>): void => {
    // Of a dialog over this one, which has its own.
    if (event.target instanceof Element && event.target.closest('dialog') !== dialog.current) return;
    if (event.key === 'Escape' && !event.defaultPrevented) {
      // Neither the browser nor the workbench is to close something as well.
      event.preventDefault();
      event.stopPropagation();
      onClose();
    }
    if (event.key !== 'Tab' || event.defaultPrevented) return;
    const members = [...event.currentTarget.querySelectorAll<HTMLElement>(reached)].filter((one) => one.checkVisibility());
    const end = event.shiftKey ? members[0] : members.at(-1);
    if (document.activeElement !== end && document.activeElement !== dialog.current) return;
    // Beyond the last one the browser would go on in the workbench around the panel.
    event.preventDefault();
    (event.shiftKey ? members.at(-1) : members[0])?.focus();
  };

  return (
    <dialog
      ref={dialog}
      class={`dialog${full ? ' full' : ''} ${name}`}
      role="dialog"
      aria-modal="true"
      aria-labelledby={`${id}-title`}
      onKeyDown={keyed}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        // Its content fills it, so that what is pressed of itself is the ground beside it.
        if (!full && event.target === event.currentTarget) onClose();
      }}
    >
      <div class="sheet">
        <header>
          <h2 id={`${id}-title`}>{title}</h2>
          <IconButton icon="close" label={t('Close')} onClick={onClose} />
        </header>
        <div class="content">{children}</div>
        {footer !== undefined && <footer>{footer}</footer>}
        {top === id && <Said t={t} message={message} dismiss={dismiss} />}
      </div>
    </dialog>
  );
}

/// <reference lib="dom" />
import type { ComponentChildren, JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../parts/controls.tsx';
import { focusHere } from '../../parts/focus.ts';

/** One thing that a menu does. */
export interface MenuItem {
  readonly id: string;
  readonly title: string;
  readonly icon?: string | undefined;
  /** Why it cannot be done now, as a sentence, which is shown. */
  readonly disabled?: string | undefined;
  /** A line above it. */
  readonly separator?: boolean | undefined;
  readonly run: () => void;
}

interface MenuProps {
  /** What the button is called; shown where it has no `children` and no icon. */
  readonly label: string;
  readonly icon?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly items: readonly MenuItem[];
  /** What the button shows beside its icon. */
  readonly children?: ComponentChildren;
}

/** A button that opens a menu below it. */
export function Menu({ label, icon, disabled = false, items, children }: MenuProps): JSX.Element {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<'first' | 'last'>();
  const id = useId();
  const alone = icon !== undefined && children === undefined;
  return (
    <>
      <button
        ref={button}
        type="button"
        class={alone ? 'icon-button' : 'button secondary'}
        title={alone ? label : undefined}
        aria-label={alone || children !== undefined ? label : undefined}
        aria-haspopup="menu"
        aria-expanded={open === undefined ? 'false' : 'true'}
        aria-controls={open === undefined ? undefined : id}
        aria-disabled={disabled ? 'true' : undefined}
        onClick={() => !disabled && setOpen(open === undefined ? 'first' : undefined)}
        onKeyDown={(event) => {
          if (disabled || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
          event.preventDefault();
          event.stopPropagation();
          setOpen(event.key === 'ArrowDown' ? 'first' : 'last');
        }}
      >
        {icon !== undefined && <Icon name={icon} />}
        {!alone && <span>{children ?? label}</span>}
        {!alone && <Icon name="chevron-down" />}
      </button>
      {open !== undefined && <Popup id={id} label={label} items={items} from={open} opener={button.current} place={() => button.current?.getBoundingClientRect() ?? new DOMRect()} onClose={() => setOpen(undefined)} />}
    </>
  );
}

interface ContextMenuProps {
  readonly label: string;
  /** Where the pointer is, in CSS pixels of the panel's page; of the menu key: the corner of what it is for. */
  readonly at: { readonly x: number; readonly y: number };
  readonly items: readonly MenuItem[];
  /** It closes, whether something was chosen or not; the one who opened it takes it away. */
  readonly onClose: () => void;
}

/** A menu at a point. The focus comes back where it was. */
export const ContextMenu = ({ label, at, items, onClose }: ContextMenuProps): JSX.Element => {
  const id = useId();
  return <Popup id={id} label={label} items={items} from="first" opener={null} place={() => new DOMRect(at.x, at.y, 0, 0)} onClose={onClose} />;
};

interface PopupProps {
  readonly id: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly from: 'first' | 'last';
  /** A press on it is no press beside the menu. */
  readonly opener: HTMLElement | null;
  /** What it hangs below. */
  readonly place: () => DOMRect;
  readonly onClose: () => void;
}

function Popup({ id, label, items, from, opener, place, onClose }: PopupProps): JSX.Element {
  const menu = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const before = useRef<Element>(null);
  const members = (): HTMLElement[] => [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];

  const back = (): void => {
    if (before.current instanceof HTMLElement) focusHere(before.current);
  };

  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return undefined;
    before.current = document.activeElement;
    element.showPopover();
    const anchor = place();
    const { width, height } = element.getBoundingClientRect();
    // Below and to the right, unless there is no room: never beyond the page's edges.
    const below = anchor.bottom + height <= innerHeight || anchor.top < innerHeight - anchor.bottom;
    element.style.setProperty('--left', `${Math.max(4, Math.min(anchor.left, innerWidth - width - 4))}px`);
    element.style.setProperty('--top', `${Math.max(4, Math.min(below ? anchor.bottom + 2 : anchor.top - height - 2, innerHeight - height - 4))}px`);
    members().at(from === 'first' ? 0 : -1)?.focus();
    return () => {
      const held = element.contains(document.activeElement);
      element.hidePopover();
      if (held) back();
    };
  }, []);

  useEffect(() => {
    const pressed = ({ target }: Event): void => {
      if (target instanceof Node && (menu.current?.contains(target) || opener?.contains(target))) return;
      onClose();
    };
    addEventListener('pointerdown', pressed, true);
    addEventListener('blur', onClose);
    addEventListener('resize', onClose);
    return () => {
      removeEventListener('pointerdown', pressed, true);
      removeEventListener('blur', onClose);
      removeEventListener('resize', onClose);
    };
  });

  const keyed = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const all = members();
    const at = all.findIndex((one) => one === document.activeElement);
    const to = (index: number): void => all.at(index % all.length)?.focus();
    switch (event.key) {
      case 'ArrowDown':
        to(at + 1);
        break;
      case 'ArrowUp':
        to(Math.max(at, 0) - 1);
        break;
      case 'Home':
        to(0);
        break;
      case 'End':
        to(-1);
        break;
      case 'Escape':
      case 'Tab':
        onClose();
        break;
      case 'Enter':
      case ' ':
        // The button's own press; nobody else is to hear it.
        event.stopPropagation();
        return;
      default: {
        if (event.key.length !== 1) return;
        const now = event.timeStamp;
        const text = (now - typed.current.at < 800 ? typed.current.text : '') + event.key.toLowerCase();
        typed.current = { text, at: now };
        // One letter goes on to the next that begins with it; more letters stay on what they spell.
        const start = text.length > 1 ? at : at + 1;
        const found = [...all.slice(start), ...all.slice(0, start)].find((one) => one.innerText.trim().toLowerCase().startsWith(text));
        found?.focus();
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={menu} id={id} class="menu" role="menu" aria-label={label} popover="manual" onKeyDown={keyed} onContextMenu={(event) => event.preventDefault()}>
      {items.map(({ id: key, title, icon, disabled, separator = false, run }, index) => (
        <div key={key} role="presentation">
          {separator && index > 0 && <hr />}
          <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            aria-disabled={disabled === undefined ? undefined : 'true'}
            title={disabled}
            onClick={() => {
              if (disabled !== undefined) return;
              // First of all, so that what is opened now finds where the focus is to come back to.
              back();
              onClose();
              run();
            }}
            onPointerMove={({ currentTarget }) => currentTarget.focus({ preventScroll: true })}
          >
            <span class="codicon-place">{icon !== undefined && <Icon name={icon} />}</span>
            <span>
              {title}
              {disabled !== undefined && <small>{disabled}</small>}
            </span>
          </button>
        </div>
      ))}
    </div>
  );
}

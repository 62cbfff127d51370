/// <reference lib="dom" />
import type { ComparedPicture, Comparison, FromCompare, ToCompare } from '../protocol/compare.ts';
import { button, choices, element } from './elements.ts';
import { connect } from './host.ts';

type View = 'swipe' | 'side';

/** How the user looks at it; remembered while the panel is hidden. */
interface Look {
  readonly view: View;
  /** Where the divider stands, in per cent from the left: the original is shown left of it. */
  readonly at: number;
  /** One pixel of the picture is one of the screen. */
  readonly actual: boolean;
}

const host = connect<ToCompare, FromCompare, Look>();
let look: Look = { view: 'swipe', at: 50, actual: false, ...host.remembered };

host.listen((message) => {
  document.body.replaceChildren(...page(message.comparison));
});
host.send({ type: 'ready' });

/** A picture, or the sentence that it cannot be drawn. */
function picture({ label, name, src }: ComparedPicture, broken: string): HTMLElement {
  const image = element('img', { src, alt: `${label}: ${name}`, draggable: 'false' });
  const frame = element('div', { class: 'picture' }, image);
  image.addEventListener('error', () => frame.replaceChildren(element('p', { role: 'alert' }, broken)));
  return frame;
}

const caption = ({ label, name, facts }: ComparedPicture): HTMLElement => element('figcaption', {}, element('strong', {}, label), element('span', {}, name), element('span', { class: 'facts' }, facts));

/** Everything on the page, built anew for each comparison. */
function page({ before, after, actions, texts }: Comparison): readonly HTMLElement[] {
  const stage = element('main');
  const size = button(texts.actualSize, 'toggle', () => change({ actual: !look.actual }));

  function change(next: Partial<Look>): void {
    look = { ...look, ...next };
    host.remember(look);
    draw();
  }

  function draw(): void {
    stage.className = `${look.view}${look.actual ? ' actual' : ''}`;
    size.setAttribute('aria-pressed', String(look.actual));
  }

  const swipe = swipeView({ before, after, texts }, look.at, (at) => {
    look = { ...look, at };
    host.remember(look);
  });
  const side = sideView({ before, after, texts });
  stage.append(swipe, side);
  draw();

  const views = choices<View>(texts.view, [{ id: 'swipe', title: texts.swipe }, { id: 'side', title: texts.sideBySide }], look.view, (view) => change({ view }));
  const acts = actions.map(({ action, title }, index) => button(title, index === actions.length - 1 ? 'primary' : 'secondary', () => host.send({ type: 'act', action })));
  return [element('header', {}, views, size, element('div', { class: 'acts' }, ...acts)), stage];
}

/** Gives a frame the size of its pictures in pixels of the screen, once they are known, for the style sheet to use; the last picture decides its shape. */
function measure(frame: HTMLElement): void {
  const images = [...frame.querySelectorAll('img')];
  for (const image of images) {
    image.addEventListener('load', () => {
      const largest = (side: 'naturalWidth' | 'naturalHeight'): string => `${Math.max(...images.map((one) => one[side])) / devicePixelRatio}px`;
      frame.style.setProperty('--width', largest('naturalWidth'));
      frame.style.setProperty('--height', largest('naturalHeight'));
      if (image === images.at(-1)) frame.style.setProperty('--ratio', `${image.naturalWidth} / ${image.naturalHeight}`);
    });
  }
}

type Pair = Pick<Comparison, 'before' | 'after' | 'texts'>;

/** Both pictures over each other, with a divider that is dragged, or moved by the arrow keys. */
function swipeView({ before, after, texts }: Pair, first: number, moved: (at: number) => void): HTMLElement {
  const divider = element('div', { role: 'slider', tabindex: '0', class: 'divider', 'aria-label': texts.divider, 'aria-valuemin': '0', 'aria-valuemax': '100', 'aria-orientation': 'horizontal' });
  const above = picture(before, texts.broken);
  above.classList.add('above');
  const frame = element('div', { class: 'frame' }, picture(after, texts.broken), above, divider);
  measure(frame);

  let at = first;
  const move = (to: number): void => {
    at = Math.min(100, Math.max(0, to));
    const shown = Math.round(at);
    frame.style.setProperty('--at', `${at}%`);
    divider.setAttribute('aria-valuenow', String(shown));
    divider.setAttribute('aria-valuetext', texts.dividerValue.replace('{0}', String(shown)));
    moved(at);
  };

  const follow = ({ clientX }: PointerEvent): void => {
    const { left, width } = frame.getBoundingClientRect();
    if (width > 0) move(((clientX - left) / width) * 100);
  };
  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    divider.focus({ preventScroll: true });
    frame.setPointerCapture(event.pointerId);
    follow(event);
  });
  frame.addEventListener('pointermove', (event) => {
    if (frame.hasPointerCapture(event.pointerId)) follow(event);
  });
  divider.addEventListener('keydown', (event) => {
    const to = nextAt(at, event);
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  move(first);
  return element('section', { class: 'swipe-view' }, element('div', { class: 'captions' }, element('figure', {}, caption(before)), element('figure', {}, caption(after))), element('div', { class: 'scroll' }, frame));
}

/** Where a key moves the divider; undefined: it does nothing here. */
function nextAt(at: number, { key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): number | undefined {
  if (altKey || ctrlKey || metaKey) return undefined;
  const step = shiftKey ? 10 : 1;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return at - step;
    case 'ArrowRight':
    case 'ArrowUp':
      return at + step;
    case 'PageDown':
      return at - 10;
    case 'PageUp':
      return at + 10;
    case 'Home':
      return 0;
    case 'End':
      return 100;
    default:
      return undefined;
  }
}

/** Both pictures beside each other, or one above the other where it is narrow; they scroll together. */
function sideView({ before, after, texts }: Pair): HTMLElement {
  const panes = [before, after].map((side) => {
    const frame = element('div', { class: 'frame' }, picture(side, texts.broken));
    measure(frame);
    // Reached by the keyboard, for there is no other way to scroll without a pointer.
    return { figure: caption(side), pane: element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': side.label }, frame) };
  });
  for (const { pane } of panes) {
    pane.addEventListener('scroll', () => {
      // Setting what is so already raises no event, and so the two do not answer each other for ever.
      for (const other of panes) if (other.pane !== pane) other.pane.scrollTo({ left: pane.scrollLeft, top: pane.scrollTop, behavior: 'instant' });
    });
  }
  return element('section', { class: 'side-view' }, ...panes.map(({ figure, pane }) => element('figure', {}, figure, pane)));
}

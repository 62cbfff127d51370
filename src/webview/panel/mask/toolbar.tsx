/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { IconButton } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import type { PaintingFacts } from './painting.ts';
import type { Tool } from './pointers.ts';
import { sizeAt, sliderOf, type Extent } from './view.ts';

/** What can be asked of the painter by a button or a key. */
export type MaskAct = 'undo' | 'redo' | 'invert' | 'clear' | 'preview' | 'zoom-in' | 'zoom-out' | 'fit' | 'actual';

interface ToolbarProps {
  readonly image: Extent;
  readonly tool: Tool;
  readonly size: number;
  readonly opacity: number;
  readonly preview: boolean;
  /** In words. */
  readonly zoom: string;
  readonly facts: PaintingFacts | undefined;
  readonly onTool: (tool: Tool) => void;
  readonly onSize: (size: number) => void;
  readonly onOpacity: (opacity: number) => void;
  readonly onAct: (act: MaskAct) => void;
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  /** The value in words. */
  readonly text: string;
  readonly disabled?: boolean;
  readonly onInput: (value: number) => void;
}

function Slider({ label, value, min = 0, text, disabled = false, onInput }: SliderProps): JSX.Element {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input id={id} type="range" min={min} max={100} value={value} aria-valuetext={text} disabled={disabled} onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber)} />
      <output for={id}>{text}</output>
    </div>
  );
}

/** Everything that the mask painter can do, as buttons and sliders. */
export function Toolbar({ image, tool, size, opacity, preview, zoom, facts, onTool, onSize, onOpacity, onAct }: ToolbarProps): JSX.Element {
  const { t } = usePanel();
  const waiting = facts === undefined;
  const toolButton = (own: Tool, icon: string, label: string): JSX.Element => <IconButton icon={icon} label={label} pressed={tool === own} disabled={waiting} onClick={() => onTool(own)} />;
  const actButton = (act: MaskAct, icon: string, label: string, disabled = false): JSX.Element => <IconButton icon={icon} label={label} disabled={waiting || disabled} onClick={() => onAct(act)} />;
  return (
    <div class="mask-tools">
      <div role="group" aria-label={t('Tools')}>
        {toolButton('brush', 'edit', t('Brush (B)'))}
        {toolButton('eraser', 'eraser', t('Eraser (E)'))}
        {toolButton('rectangle', 'primitive-square', t('Rectangle (R)'))}
        {toolButton('hand', 'move', t('Move the View (H)'))}
      </div>
      <div role="group" aria-label={t('Changes')}>
        {actButton('undo', 'discard', t('Undo'), facts?.canUndo === false)}
        {actButton('redo', 'redo', t('Redo'), facts?.canRedo === false)}
        {actButton('invert', 'color-mode', t('Invert (I)'))}
        {actButton('clear', 'clear-all', t('Clear (Delete)'), facts?.painted === 0)}
      </div>
      <Slider label={t('Brush Size')} value={sliderOf(size, image)} text={t('{0} px', size)} disabled={waiting} onInput={(value) => onSize(sizeAt(value, image))} />
      <div role="group" aria-label={t('Zoom')}>
        {actButton('zoom-out', 'zoom-out', t('Zoom Out (-)'))}
        <output aria-label={t('Zoom')}>{zoom}</output>
        {actButton('zoom-in', 'zoom-in', t('Zoom In (+)'))}
        {actButton('fit', 'screen-full', t('Fit (0)'))}
        {actButton('actual', 'screen-normal', t('Actual Size (1)'))}
      </div>
      <Slider label={t('Opacity')} value={opacity} min={10} text={`${opacity} %`} disabled={waiting || preview} onInput={onOpacity} />
      <IconButton icon="eye" label={t('Preview What Will Be Transparent (P)')} pressed={preview} disabled={waiting} onClick={() => onAct('preview')} />
    </div>
  );
}

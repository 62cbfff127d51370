/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { maxPartialImages } from '../../../images/judge.ts';
import { modelOf } from '../../../images/model.ts';
import { backgrounds, qualities } from '../../../images/request.ts';
import type { ComposerField, Draft } from '../../../protocol/panel.ts';
import { Field, IconButton, Select } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import { Segments } from './segments.tsx';

/** How a fault of this part of the composer reads; undefined: it has none. */
export const useFault = (field: ComposerField): string | undefined => usePanel().composer.faults.find((fault) => fault.field === field)?.sentence;

/** Not a model's name: it opens a field to type one. */
const other = ' ';

/** How well it is drawn, and how often. */
export function MainOptions(): JSX.Element {
  const { composer, change, t } = usePanel();
  const { draft } = composer;
  const model = modelOf(draft.model);
  const names = { auto: t('Automatic'), low: t('Low'), medium: t('Medium'), high: t('High') };
  return (
    <>
      <Segments
        label={t('Quality')}
        field="quality"
        value={draft.quality}
        fault={useFault('quality')}
        hint={draft.quality === 'auto' ? t('The model chooses, and with it the price') : undefined}
        options={qualities.map((value) => ({ value, title: names[value], disabled: model.qualities.includes(value) ? undefined : t('{0} does not draw this quality.', model.name) }))}
        onChange={(quality) => change({ quality })}
      />
      <Count most={model.maxCount} />
    </>
  );
}

function ModelField(): JSX.Element {
  const { composer, change, t } = usePanel();
  const { models, draft } = composer;
  const [typing, setTyping] = useState(false);
  const fault = useFault('model');
  const names = models.includes(draft.model) || typing ? models : [...models, draft.model];
  return (
    <div class="model" data-field="model">
      <Select
        label={t('Model')}
        value={typing ? other : draft.model}
        fault={typing ? undefined : fault}
        options={[...names.filter(Boolean).map((name) => ({ value: name, title: name })), { value: other, title: t('Another Model…') }]}
        onChange={(value) => {
          setTyping(value === other);
          if (value !== other) change({ model: value });
        }}
      />
      {typing && (
        <Field label={t('Name of the model')} fault={fault} hint={t('As the service calls it.')}>
          <input type="text" maxLength={200} spellcheck={false} autofocus value={draft.model} onInput={({ currentTarget }) => change({ model: currentTarget.value })} />
        </Field>
      )}
    </div>
  );
}

/** A number of pictures, by its buttons, its arrow keys, or typed. */
function Count({ most }: { readonly most: number }): JSX.Element {
  const { composer, change, t } = usePanel();
  const { count } = composer.draft;
  const set = (value: number): void => {
    if (Number.isInteger(value) && value >= 1 && value <= most) change({ count: value });
  };
  return (
    <Field label={t('Pictures')} hint={t('from 1 to {0}', most)} fault={useFault('count')}>
      <div class="stepper" data-field="count">
        <IconButton icon="remove" label={t('One Less')} disabled={count <= 1} onClick={() => set(count - 1)} />
        <input type="number" aria-label={t('Pictures')} min={1} max={most} step={1} value={count} onInput={({ currentTarget }) => set(currentTarget.valueAsNumber)} onBlur={({ currentTarget }) => void (currentTarget.value = String(count))} />
        <IconButton icon="add" label={t('One More')} disabled={count >= most} onClick={() => set(count + 1)} />
      </div>
    </Field>
  );
}

/** What is asked for less often: who draws it, and into what file. */
export function MoreOptions(): JSX.Element {
  const { composer, change, t } = usePanel();
  const { draft, references } = composer;
  const model = modelOf(draft.model);
  const edits = references.some(({ role }) => role === 'image');
  const lossy = draft.format === 'jpeg' || draft.format === 'webp';
  const formats = { auto: t('Automatic'), png: 'PNG', jpeg: 'JPEG', webp: 'WebP' } satisfies Record<Draft['format'], string>;
  const grounds = { auto: t('Automatic'), opaque: t('Opaque'), transparent: t('Transparent') };
  const fidelities = { auto: t('Automatic'), low: t('Low'), high: t('High') };
  const noTransparency = model.backgrounds.includes('transparent') ? undefined : t('{0} draws no transparent background.', model.name);
  const noFidelity = model.inputFidelity ? undefined : t('{0} takes no input fidelity.', model.name);
  const noPreviews = model.streaming ? undefined : t('{0} shows no pictures on the way.', model.name);
  return (
    <>
      <ModelField />
      <Segments
        label={t('Format')}
        field="format"
        value={draft.format}
        fault={useFault('format')}
        options={(['auto', 'png', 'jpeg', 'webp'] as const).map((value) => ({ value, title: formats[value], disabled: value === 'jpeg' && draft.background === 'transparent' ? t('A JPEG file cannot be transparent.') : undefined }))}
        onChange={(format) => change({ format })}
      />
      {lossy && (
        <Field label={t('Compression: {0} %', draft.compression ?? 100)} hint={t('Less makes smaller files, and coarser pictures.')}>
          <input type="range" min={0} max={100} step={1} value={draft.compression ?? 100} onInput={({ currentTarget }) => change({ compression: currentTarget.valueAsNumber })} />
        </Field>
      )}
      <Segments
        label={t('Background')}
        field="background"
        value={draft.background}
        fault={useFault('background')}
        options={backgrounds.map((value) => ({ value, title: grounds[value], disabled: value !== 'transparent' ? undefined : (noTransparency ?? (draft.format === 'jpeg' ? t('A JPEG file cannot be transparent.') : undefined)) }))}
        onChange={(background) => change({ background })}
      />
      {edits && (
        <Segments
          label={t('Input fidelity')}
          value={draft.fidelity}
          hint={noFidelity ? undefined : t('High keeps more of the pictures, such as faces, and costs more for each.')}
          options={(['auto', 'low', 'high'] as const).map((value) => ({ value, title: fidelities[value], disabled: value === 'auto' ? undefined : noFidelity }))}
          onChange={(fidelity) => change({ fidelity })}
        />
      )}
      <Segments
        label={t('Pictures on the way')}
        value={String(draft.partials)}
        hint={t('Each costs 100 tokens more.')}
        options={Array.from({ length: maxPartialImages + 1 }, (_, partials) => ({ value: String(partials), title: partials === 0 ? t('None') : String(partials), disabled: partials === 0 ? undefined : noPreviews }))}
        onChange={(partials) => change({ partials: Number(partials) })}
      />
    </>
  );
}

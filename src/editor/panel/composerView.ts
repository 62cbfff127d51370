import { l10n } from 'vscode';
import type { Profile } from '../../api/profiles.ts';
import { failureSentence } from '../../images/failureSentence.ts';
import { modelSuggestions } from '../../images/model.ts';
import { formatSize } from '../../images/size.ts';
import type { Composer } from '../../protocol/panel.ts';
import { sizeText } from '../ask/words.ts';
import type { Calibration } from '../calibration.ts';
import type { Order } from '../orders/order.ts';
import type { Services } from '../service.ts';
import { requestSettings } from '../settings.ts';
import { pricingOf, type Pricing } from '../show/cost.ts';
import { failureOf } from '../show/present.ts';
import { costWords, type Costs } from './composerCosts.ts';
import { requestFaults, targetFaults, type ComposerFault } from './composerFaults.ts';
import { automaticName, followedPixels, orderOf, type Wish } from './composerOrder.ts';
import type { Put } from './draft.ts';
import type { References } from './references.ts';
import type { Styles } from './styles.ts';
import { rootNames, targetAt } from './target.ts';

/** What is put together, what comes of it, and what keeps it from being sent. */
export interface Judged {
  readonly wish: Wish;
  readonly order: Order;
  /** Absent: the settings name no service that can be asked. */
  readonly profile: Profile | undefined;
  readonly faults: readonly ComposerFault[];
  readonly references: ReturnType<References['judge']>;
  /** The model of the settings. */
  readonly model: string;
}

function profileNow(services: Services): { readonly profile: Profile } | { readonly fault: string } {
  try {
    return { profile: services.current().profile };
  } catch (error) {
    return { fault: failureSentence(failureOf(error), l10n.t) };
  }
}

/** Judges everything by what is known of the files. Reads none, so that it keeps up with typing. */
export function judge(draft: Put['draft'], references: References, styles: Styles, services: Services): Judged {
  const target = targetAt(draft.folder);
  const folder = 'folder' in target ? target.folder : undefined;
  const settings = requestSettings(folder);
  const style = draft.style === '' ? '' : (styles.list().find(({ id }) => id === draft.style)?.text ?? '');
  const wish: Wish = { draft, references: references.list, style, images: references.sizes(), folder };
  const order = orderOf(wish, settings);
  const files = references.judge(order.request.model);
  const service = profileNow(services);
  const faults: readonly ComposerFault[] = [
    ...requestFaults(order.request, wish),
    ...[...files.all, ...[...files.each.values()].flatMap((file) => file.faults)].map((sentence) => ({ field: 'references' as const, sentence })),
    ...targetFaults(wish, 'fault' in target ? target.fault : undefined, references.replaceFault()),
    ...('fault' in service ? [{ field: 'service' as const, sentence: service.fault }] : []),
  ];
  return { wish, order, profile: 'profile' in service ? service.profile : undefined, faults, references: files, model: settings.model };
}

/** What an automatic size of an edit comes to, and how it is brought to the image's own pixels. */
function followsText(wish: Wish, { exact }: Order): string | undefined {
  const drawn = followedPixels(wish);
  if (drawn === undefined) return undefined;
  const own = exact && formatSize(exact.width, exact.height);
  const follows = l10n.t('follows the image, {0}', sizeText(drawn));
  return own === undefined || own === drawn ? follows : `${follows} · ${l10n.t('Scaled to exactly {0}.', sizeText(own))}`;
}

/** How much of a style's text the panel shows. */
const shownOfStyle = 1000;

/** The composer as the panel shows it. */
export function viewOf(
  revision: number,
  { wish, order, profile, faults, references: judgement, model }: Judged,
  references: References,
  styles: Styles,
  costsOf: (request: Order['request'], images: Wish['images'], pricing: Pricing) => Costs,
  calibration: Calibration,
): Composer {
  const { draft, images } = wish;
  const pricing = profile && pricingOf(profile, order.request.model, { calibration });
  const follows = followsText(wish, order);
  const known = styles.list();
  return {
    revision,
    // A style that is not there now may be there again later.
    draft: known.some(({ id }) => id === draft.style) ? draft : { ...draft, style: '' },
    references: references.shown(judgement),
    styles: known.map(({ id, name, text, scope }) => ({ id, name, text: text.slice(0, shownOfStyle), scope })),
    models: [...new Set([model, ...modelSuggestions])],
    namedAfterPrompt: automaticName(wish),
    roots: rootNames(),
    ...(pricing && costWords(order.request, images, pricing)),
    costs: pricing ? costsOf(order.request, images, pricing) : {},
    ...(follows !== undefined && { follows }),
    faults: [...faults],
  };
}

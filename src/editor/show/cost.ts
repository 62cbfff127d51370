import { ratesFor, type Profile } from '../../api/profiles.ts';
import { followedSize } from '../../images/follow.ts';
import { modelOf } from '../../images/model.ts';
import { estimate, type Estimate, type Estimated, type Measured, type Rates } from '../../images/price.ts';
import type { Size } from '../../images/size.ts';
import type { Calibration } from '../calibration.ts';

/** By what a request is reckoned: what its service takes, and what calls before it have shown. */
export interface Pricing {
  readonly rates: Rates;
  readonly measured: Measured;
}

export const pricingOf = (profile: Profile, model: string, { calibration }: { readonly calibration: Calibration }): Pricing => ({ rates: ratesFor(profile, model), measured: calibration.measured });

/** What a request would cost; an automatic size counts as what it comes to. @param images pixels of what it starts from, the edited image first */
export function costOf(request: Estimated, images: readonly Size[], { rates, measured }: Pricing): Estimate {
  const size = request.size === 'auto' ? followedSize(images[0], modelOf(request.model)).size : request.size;
  return estimate({ ...request, size, ...(images.length > 0 && { references: images }) }, rates, measured);
}

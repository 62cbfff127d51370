import type { Rates } from '../images/price.ts';

/** What a service's form of the Images API differs in. */
export interface Dialect {
  /** Whether the generations and edits endpoints take `response_format`; OpenAI's own refuses it for gpt-image models. */
  readonly takesResponseFormat: boolean;
  /** The multipart field of an edit's pictures. */
  readonly imageField: 'image[]' | 'image';
}

export const serviceIds = ['openai-hk', 'openai', 'custom'] as const;
export type ServiceId = (typeof serviceIds)[number];

/** One service that can be asked. */
export interface Profile {
  readonly id: ServiceId;
  /** The service's own name, as shown; never translated. */
  readonly label: string;
  /** With the version path and without a trailing slash: `https://api.openai-hk.com/v1`. */
  readonly baseUrl: string;
  readonly dialect: Dialect;
  readonly rates: Rates | ((model: string) => Rates);
  /** Where a person gets a key, and tops up; absent where we cannot know. */
  readonly keyPage?: string;
  readonly billingPage?: string;
}

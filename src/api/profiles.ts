import { FailureError } from '../images/failure.ts';
import { ratesOpenAi, ratesOpenAiHk, type Rates } from '../images/price.ts';
import { isLoopback, parseUrl } from './url.ts';

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
  /** Origins beside the base URL's that the key may be sent to; empty as soon as the base URL is not the service's own. */
  readonly keyOrigins: readonly string[];
  /** Where a person gets a key, and tops up; absent where we cannot know. */
  readonly keyPage?: string;
  readonly billingPage?: string;
  /** Where the service tells what it billed of late, in OpenAI-HK's form; absent where there is no such place. */
  readonly usageLog?: string;
  /** How the service tells what is left: by the newest row of its usage log, or as new-api tells a key's quota; absent where it does not. */
  readonly balance?: 'usage-log' | 'new-api';
}

/** What a profile is made from. */
export interface ProfileSettings {
  readonly service: ServiceId;
  /** Empty = the service's own; `custom` has none. */
  readonly baseUrl: string;
  /** What `custom` speaks and costs; what is absent is as with OpenAI. */
  readonly custom?: { readonly label?: string; readonly dialect?: Partial<Dialect>; readonly rates?: Rates | ((model: string) => Rates) };
}

const services = {
  'openai-hk': {
    id: 'openai-hk',
    label: 'OpenAI-HK',
    baseUrl: 'https://api.openai-hk.com/v1',
    dialect: { takesResponseFormat: true, imageField: 'image[]' },
    rates: ratesOpenAiHk,
    keyOrigins: ['https://www.openai-hk.com'],
    keyPage: 'https://www.openai-hk.com',
    billingPage: 'https://www.openai-hk.com',
    usageLog: 'https://www.openai-hk.com/openai/sk/log',
    balance: 'usage-log',
  },
  openai: {
    id: 'openai',
    label: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    dialect: { takesResponseFormat: false, imageField: 'image[]' },
    rates: ratesOpenAi,
    keyOrigins: [],
    keyPage: 'https://platform.openai.com/api-keys',
    billingPage: 'https://platform.openai.com/settings/organization/billing',
  },
} satisfies Partial<Record<ServiceId, Profile>>;

/**
 * The profile that the settings describe.
 * @throws {FailureError} `insecure-url` for a base URL that would show the key to others, `base-url` for one that is none.
 */
export function profileFor(settings: ProfileSettings): Profile {
  const own: Profile = settings.service === 'custom' ? customService(settings) : services[settings.service];
  const wanted = settings.baseUrl.trim();
  if (wanted === '' && own.baseUrl !== '') return own;
  const baseUrl = checkedBaseUrl(wanted);
  const url = new URL(baseUrl);
  const elsewhere = url.origin !== (own.baseUrl === '' ? undefined : new URL(own.baseUrl).origin);
  if (!elsewhere) return { ...own, baseUrl };
  // A stand-in on this computer has the log beside its API; of any other service nobody knows.
  const { usageLog, balance, ...rest } = own;
  const beside = usageLog !== undefined && isLoopback(url) ? { usageLog: `${url.origin}${new URL(usageLog).pathname}` } : {};
  return { ...rest, baseUrl, keyOrigins: [], ...beside, ...(balance !== undefined && (balance !== 'usage-log' || 'usageLog' in beside) && { balance }) };
}

/** The SecretStorage slot of a profile's key: the origin of its base URL. */
export function keyOrigin(profile: Profile): string {
  return new URL(profile.baseUrl).origin;
}

/** Whether the key may be sent to `url`: to the profile's own origins alone (rule 4). */
export function mayCarryKey(profile: Profile, url: URL): boolean {
  return url.origin === keyOrigin(profile) || profile.keyOrigins.includes(url.origin);
}

/** What one million tokens of `model` cost with `profile`. */
export function ratesFor(profile: Profile, model: string): Rates {
  return typeof profile.rates === 'function' ? profile.rates(model) : profile.rates;
}

const customService = ({ custom }: ProfileSettings): Profile => ({
  id: 'custom',
  label: custom?.label ?? 'Custom',
  baseUrl: '',
  dialect: { takesResponseFormat: true, imageField: 'image[]', ...custom?.dialect },
  rates: custom?.rates ?? ratesOpenAi,
  keyOrigins: [],
  // Most relays are new-api's; one that is not says that there is no such address.
  balance: 'new-api',
});

const checkedBaseUrl = (text: string): string => {
  const url = parseUrl(text);
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new FailureError({ code: 'base-url', fault: text === '' ? 'missing' : 'not-http' });
  }
  if (url.protocol === 'http:' && !isLoopback(url)) throw new FailureError({ code: 'insecure-url', origin: url.origin });
  if (url.username !== '' || url.password !== '') {
    throw new FailureError({ code: 'base-url', fault: 'credentials' });
  }
  if (url.search !== '' || url.hash !== '') {
    throw new FailureError({ code: 'base-url', fault: 'query' });
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/images(\/(generations|edits))?$/, '');
  return `${url.origin}${path.replace(/\/+$/, '')}`;
};

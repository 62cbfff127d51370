import { workspace, type Uri } from 'vscode';
import type { ProxySettings } from '../api/client.ts';
import { serviceIds, type ServiceId } from '../api/profiles.ts';
import { currencies, type Currency, type Rates, type Unit } from '../images/price.ts';
import { budgetsIn, type Budget } from '../spend/budget.ts';
import { backgrounds, outputFormats, qualities, responseFormats, type Background, type OutputFormat, type Quality, type ResponseFormat } from '../images/request.ts';

/** What decides where the key goes and what is billed. Only the user's own settings count here, never a workspace's. */
export interface ServiceSettings {
  readonly service: ServiceId;
  /** Empty = the service's own. */
  readonly baseUrl: string;
  readonly custom: { readonly takesResponseFormat: boolean; readonly imageField: 'image[]' | 'image' };
  readonly rates: Rates | undefined;
  /** Milliseconds; 0 = no limit. */
  readonly timeoutMs: number;
  readonly proxy: ProxySettings;
}

/** What a request is made of where the user does not say otherwise. */
export interface RequestSettings {
  readonly model: string;
  readonly size: string;
  readonly quality: Quality;
  readonly count: number;
  readonly format: OutputFormat | 'auto';
  readonly background: Background;
  readonly moderation: 'auto' | 'low';
  readonly responseFormat: ResponseFormat;
  readonly stream: boolean;
  /** When an edit is brought to the edited image's exact pixels. */
  readonly exactPixels: (typeof exactPixelsModes)[number];
  /** Whether pictures carry their recipe. */
  readonly recipe: boolean;
  /** Relative to the workspace folder. */
  readonly folder: string;
}

export const exactPixelsModes = ['replace', 'always', 'never'] as const;

/** What the status bar shows. */
export const statusBarModes = ['today', 'session', 'balance', 'off'] as const;
export type StatusBarMode = (typeof statusBarModes)[number];

/** A value of a closed list, or its first where settings.json says something else. */
const oneOf = <T extends string>(list: readonly [T, ...T[]], value: unknown): T => list.find((item) => item === value) ?? list[0];

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' && value.trim() !== '' ? value.trim() : otherwise);

/** The user's own value of a setting: what a workspace says is ignored even if VS Code should hand it out. */
function userValue(section: string, key: string): unknown {
  const found = workspace.getConfiguration(section).inspect<unknown>(key);
  return found?.globalValue ?? found?.defaultValue;
}

function ratesOf(value: unknown): Rates | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { unit, textIn, imageIn, imageOut } = value as Partial<Record<keyof Rates, unknown>>;
  const sound = (rate: unknown): rate is number => typeof rate === 'number' && Number.isFinite(rate) && rate >= 0;
  if ((unit !== 'credits' && unit !== 'USD') || !sound(textIn) || !sound(imageIn) || !sound(imageOut)) return undefined;
  return { unit, textIn, imageIn, imageOut };
}

function proxySettings(): ProxySettings {
  // `off` means that extensions are to go their own way: then only the environment counts.
  const off = userValue('http', 'proxySupport') === 'off';
  const noProxy = userValue('http', 'noProxy');
  const authorization = userValue('http', 'proxyAuthorization');
  return {
    url: off ? '' : text(userValue('http', 'proxy'), ''),
    strictSSL: userValue('http', 'proxyStrictSSL') !== false,
    noProxy: Array.isArray(noProxy) ? noProxy.filter((host) => typeof host === 'string') : [],
    ...(typeof authorization === 'string' && authorization !== '' && { authorization }),
  };
}

export function serviceSettings(): ServiceSettings {
  const minutes = userValue('easel', 'timeout');
  return {
    service: oneOf(serviceIds, userValue('easel', 'service')),
    baseUrl: text(userValue('easel', 'baseUrl'), ''),
    custom: {
      takesResponseFormat: userValue('easel', 'custom.takesResponseFormat') === true,
      imageField: oneOf(['image[]', 'image'], userValue('easel', 'custom.imageField')),
    },
    rates: ratesOf(userValue('easel', 'rates')),
    timeoutMs: (typeof minutes === 'number' && minutes >= 0 ? minutes : 10) * 60_000,
    proxy: proxySettings(),
  };
}

/** The settings as they hold for a folder or file; of the workspace as a whole where `scope` is absent. */
export function requestSettings(scope?: Uri): RequestSettings {
  const settings = workspace.getConfiguration('easel', scope ?? null);
  const count = settings.get<unknown>('count');
  return {
    model: text(settings.get('model'), 'gpt-image-2'),
    size: text(settings.get('size'), 'auto'),
    quality: oneOf(qualities, settings.get('quality')),
    count: typeof count === 'number' ? count : 1,
    format: oneOf(['auto', ...outputFormats], settings.get('format')),
    background: oneOf(backgrounds, settings.get('background')),
    moderation: oneOf(['auto', 'low'], settings.get('moderation')),
    responseFormat: oneOf(responseFormats, settings.get('responseFormat')),
    stream: settings.get('stream') === true,
    exactPixels: oneOf(exactPixelsModes, settings.get('exactPixels')),
    recipe: settings.get('recipe') !== false,
    folder: text(settings.get('folder'), 'assets'),
  };
}

/** What the user does not want to go beyond. Only the user's own settings count, never a workspace's: they guard the user's money. */
export interface BudgetSettings {
  readonly budgets: readonly Budget[];
  /** Entries that cannot be read, and are passed over. */
  readonly malformed: number;
  /** Percent of a budget, 1 to 100. */
  readonly warnAt: number;
  /** In units; a request that may cost more is asked about first. 0: never. */
  readonly confirmAbove: Readonly<Record<Unit, number>>;
}

export function budgetSettings(): BudgetSettings {
  const warnAt = userValue('easel', 'budgetWarnAt');
  const above = userValue('easel', 'confirmAbove');
  const { credits, USD } = (typeof above === 'object' && above !== null ? above : {}) as Partial<Record<Unit, unknown>>;
  const sum = (value: unknown, otherwise: number): number => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : otherwise);
  return {
    ...budgetsIn(userValue('easel', 'budgets')),
    warnAt: typeof warnAt === 'number' && warnAt >= 1 && warnAt <= 100 ? warnAt : 80,
    confirmAbove: { credits: sum(credits, 50_000), USD: sum(USD, 1) },
  };
}

/** In units; at or below it the balance is low. 0: never. */
export function lowBalance(): Readonly<Record<Unit, number>> {
  const marks = userValue('easel', 'lowBalance');
  const { credits, USD } = (typeof marks === 'object' && marks !== null ? marks : {}) as Partial<Record<Unit, unknown>>;
  const mark = (value: unknown, otherwise: number): number => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : otherwise);
  return { credits: mark(credits, 10_000), USD: mark(USD, 1) };
}

/** Whether the service is asked for the balance unbidden, after charges. */
export const fetchesBalance = (): boolean => userValue('easel', 'fetchBalance') !== false;

/** Requests sent at once from one window. */
export function jobsAtOnce(): number {
  const wanted = userValue('easel', 'jobsAtOnce');
  return typeof wanted === 'number' && Number.isInteger(wanted) && wanted >= 1 && wanted <= 8 ? wanted : 2;
}

/** Whether charges are entered with their prompts. */
export const keepsPrompts = (): boolean => userValue('easel', 'ledger.prompts') === true;

export const statusBarMode = (): StatusBarMode => oneOf(statusBarModes, workspace.getConfiguration('easel').get('statusBar'));
/** What credits are shown in. */
export const currency = (): Currency => oneOf(currencies, workspace.getConfiguration('easel').get('currency'));
export const opensPictures = (): boolean => workspace.getConfiguration('easel').get('openPictures') !== false;

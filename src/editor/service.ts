import { l10n } from 'vscode';
import type { Client } from '../api/client.ts';
import type { Profile } from '../api/profiles.ts';
import { profileFor } from '../api/profiles.ts';
import type { Log } from './log.ts';
import { serviceSettings, type ServiceSettings } from './settings.ts';

/** The service as the settings name it now. */
export interface Service {
  readonly profile: Profile;
  /** The origin that the key belongs to. */
  readonly origin: string;
  /** Loads the network on first use; the same client as long as the settings stay. */
  client(): Promise<Client>;
}

/** Hands out the service that the settings name, and closes what they no longer name. */
export interface Services {
  /** @throws {FailureError} when the settings name no service that can be asked. */
  current(): Service;
  dispose(): void;
}

/** The profile that some settings name, with the user's own rates where there are some. */
function profileOf(settings: ServiceSettings): Profile {
  const profile = profileFor({ service: settings.service, baseUrl: settings.baseUrl, custom: { dialect: settings.custom } });
  return settings.rates ? { ...profile, rates: settings.rates } : profile;
}

export function createServices(log: Log, version: string): Services {
  let open: { readonly settings: string; readonly client: Promise<Client> } | undefined;
  const close = (): void => {
    // A job under way keeps its connection: closing is graceful, and what fails in it is of no use to anyone.
    open?.client.then((client) => client.close()).catch((error: unknown) => log.warn(String(error)));
    open = undefined;
  };
  return {
    current() {
      const settings = serviceSettings();
      const profile = profileOf(settings);
      return {
        profile,
        origin: new URL(profile.baseUrl).origin,
        client() {
          const key = JSON.stringify(settings);
          if (open?.settings !== key) {
            close();
            const client = import('../api/client.ts').then(({ createClient }) =>
              createClient({ profile, proxy: settings.proxy, timeoutMs: settings.timeoutMs, userAgent: `Easel/${version}`, log: log.info }),
            );
            // A client that could not be made must be tried anew next time.
            client.catch(() => (open = undefined));
            open = { settings: key, client };
          }
          return open.client;
        },
      };
    },
    dispose: close,
  };
}

/** How a profile is called in the interface. */
export const serviceName = (profile: Profile): string =>
  profile.id === 'custom' ? l10n.t('{0} (custom service)', new URL(profile.baseUrl).host) : profile.label;

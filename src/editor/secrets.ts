import type { Disposable, SecretStorage } from 'vscode';

/** The API keys, one for each origin that can be asked, in VS Code's own secret storage. Read anew each time: another window may have changed it. */
export interface KeyStore {
  get(origin: string): Promise<string | undefined>;
  set(origin: string, key: string): Promise<void>;
  remove(origin: string): Promise<void>;
  /** Hears that some key was set or removed, in this window or another. */
  onDidChange(heard: () => void): Disposable;
}

export function createKeyStore(secrets: SecretStorage): KeyStore {
  const slot = (origin: string): string => `easel.key:${origin}`;
  return {
    get: async (origin) => secrets.get(slot(origin)),
    set: async (origin, key) => secrets.store(slot(origin), key),
    remove: async (origin) => secrets.delete(slot(origin)),
    onDidChange: (heard) => secrets.onDidChange(heard),
  };
}

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { temporaryFolder } from './ending.ts';
import { ensureHost } from './install.ts';
import { configurePage } from './page.ts';
import { startServer, type Server } from './server.ts';
import { colorThemes, writeSettings, type Theme } from './settings.ts';

/** What a VS Code is started with. All is optional: without anything it is an empty window, with no extension of ours. Paths may be relative. */
export type HostOptions = {
  /** The folder to open. */
  readonly folder?: string | undefined;
  /** The `.code-workspace` file to open, in place of `folder`. */
  readonly workspace?: string | undefined;
  /** Extensions under development: loaded from their folders, in development mode. */
  readonly extensionPath?: string | readonly string[] | undefined;
  /** A module with `run()`, executed in the extension host; its outcome is `Host.exit`. Modal and file dialogs are suppressed then. */
  readonly extensionTestsPath?: string | undefined;
  /** A folder of installed extensions (see `installExtension`): loaded in production mode. Default: an empty one. */
  readonly extensionsDir?: string | undefined;
  /** User settings, over the quiet ones of `settings.ts`. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Folders are restricted until they are trusted. Default: every folder is trusted. */
  readonly trust?: boolean | undefined;
  /** `vscode.env.language`, and with it the extension's own translations. VS Code's core stays English: language packs come from a marketplace. */
  readonly locale?: 'en' | 'zh-cn' | undefined;
  /** Default: `dark`. Not for an extension whose folder holds this host, as Easel's does: VS Code takes every theme below it for one under development, and starts with the first. */
  readonly theme?: Theme | undefined;
  /** In CSS pixels. Default: 1280 × 800. */
  readonly viewport?: { readonly width: number; readonly height: number } | undefined;
  /** Device pixels per CSS pixel: 2 for sharp pictures. Default: 1. */
  readonly deviceScaleFactor?: number | undefined;
  /**
   * Everything VS Code keeps: settings, state, secrets, logs, the browser's profile and the port. A second start on the same folder is
   * the same VS Code started again. One start at a time. Default: a folder that is deleted by `close`.
   */
  readonly userDataDir?: string | undefined;
  /** Over this process's environment, for the extension host; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Gets each line that extensions and the workbench write to the console. Default: dropped. */
  readonly log?: ((type: string, line: string) => void) | undefined;
};

/** A running VS Code: its workbench is in `page`. */
export type Host = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The workbench's address. Another browser can open it too, with an extension host of its own, and sees installed extensions only, not those under development. */
  readonly url: string;
  readonly userDataDir: string;
  /** Opens one more window on the same folder, with an extension host of its own. It is still starting up when this returns. */
  openWindow(): Promise<Page>;
  /** The process ids of the extension hosts that run now, the oldest first. Linux only. */
  extensionHosts(): number[];
  /** Every address outside this machine that the workbench asked for and did not get. */
  readonly blocked: readonly string[];
  /** Settles when VS Code ends by itself: 0 when the extension tests passed, else not 0. Never settles when `close` comes first. */
  readonly exit: Promise<number>;
  /** Ends everything that was started and deletes what is temporary. May be called twice. */
  close(): Promise<void>;
};

/** Starts a VS Code, installing it first when need be, and loads its workbench; it is still starting up when this returns. */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const host = await ensureHost();
  const temporary = temporaryFolder();
  const userDataDir = path.resolve(options.userDataDir ?? path.join(temporary.path, 'user-data'));
  const trust = options.trust === true ? { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' } : {};
  writeSettings(userDataDir, { 'workbench.colorTheme': colorThemes[options.theme ?? 'dark'], ...trust, ...options.settings });
  const resultFile = path.join(temporary.path, 'result.json');
  const [context, server] = await allOrNone([
    launchChromium(host.chromium, path.join(userDataDir, 'browser'), options),
    startServer(host, {
      userDataDir,
      extensionsDir: path.resolve(options.extensionsDir ?? path.join(temporary.path, 'extensions')),
      port: rememberedPort(userDataDir),
      trust: options.trust === true,
      env: serverEnv(options, resultFile),
    }),
  ]);
  fs.writeFileSync(portFile(userDataDir), String(server.port));

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      await context.close().catch(() => undefined);
      await server.close();
      temporary.remove();
    })());

  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const blocked: string[] = [];
    await context.route(isElsewhere, (route) => {
      blocked.push(route.request().url());
      return route.abort();
    });
    await keepSecrets(context, userDataDir);
    const configure = async (window: Page): Promise<void> => {
      await window.addInitScript(configurePage, {
        language: options.locale === 'zh-cn' ? 'zh-cn' : undefined,
        developmentOptions: developmentOptions(options, server.port),
      });
      await window.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => options.log?.(type, format(...args)));
    };
    await configure(page);
    let exposed: Promise<unknown> | undefined;
    const exit = new Promise<number>((resolve) => {
      const end = (code: number): void => {
        if (closing === undefined) resolve(code);
      };
      page.once('crash', () => end(exitCodes.pageCrashed));
      page.once('close', () => end(exitCodes.pageClosed));
      void server.ended.then(() => end(exitCodes.serverEnded));
      exposed = page.exposeFunction('codeAutomationExit', (code: number) => end(outcome(code, server, resultFile, options)));
    });
    await exposed;
    const url = workbenchUrl(server.port, options);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    const openWindow = async (): Promise<Page> => {
      const window = await context.newPage();
      await configure(window);
      await window.goto(url, { waitUntil: 'domcontentloaded' });
      return window;
    };
    return { page, context, url, openWindow, extensionHosts: () => server.extensionHosts(), userDataDir, blocked, exit, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Both, or, when one fails, neither: the other is closed again. */
async function allOrNone<A extends Closable, B extends Closable>([a, b]: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  try {
    return await Promise.all([a, b]);
  } catch (error) {
    for (const started of await Promise.allSettled([a, b])) if (started.status === 'fulfilled') await started.value.close();
    throw error;
  }
}
type Closable = { close(): Promise<void> };

const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function launchChromium(executablePath: string, profile: string, options: HostOptions): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    chromiumSandbox: false,
    args: chromiumArgs,
    // Signals are `atEnd`'s: two that listen would race.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    viewport: options.viewport ?? { width: 1280, height: 800 },
    deviceScaleFactor: options.deviceScaleFactor ?? 1,
    locale: options.locale === 'zh-cn' ? 'zh-CN' : 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
}

/** The workbench keeps its state and its secrets in the browser, by origin: a second start finds them only on the same port. */
function rememberedPort(userDataDir: string): number {
  return fs.existsSync(portFile(userDataDir)) ? Number(fs.readFileSync(portFile(userDataDir), 'utf8')) : 0;
}
const portFile = (userDataDir: string): string => path.join(userDataDir, 'port');

function serverEnv(options: HostOptions, resultFile: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    ...process.env,
    ...options.env,
    EASEL_HOST_TESTS: options.extensionTestsPath && path.resolve(options.extensionTestsPath),
    EASEL_HOST_RESULT: resultFile,
  };
  // What another VS Code, or the test runner around us, has left there would change how this one starts.
  for (const name of Object.keys(env)) {
    if (/^(ELECTRON_|VSCODE_IPC|VSCODE_ESM|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/.test(name)) delete env[name];
  }
  return env;
}

function isElsewhere(url: URL): boolean {
  return /^https?:$/.test(url.protocol) && !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

/**
 * Answers the request for the key that secrets are encrypted with before they go to the browser's storage. VS Code's server leaves that to
 * the site that hosts it; without an answer SecretStorage lives in memory alone.
 */
async function keepSecrets(context: BrowserContext, userDataDir: string): Promise<void> {
  const file = path.join(userDataDir, 'secret.key');
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(32), { mode: 0o600 });
  const body = fs.readFileSync(file);
  await context.route('**/mint-key', (route) => route.fulfill({ status: 200, contentType: 'application/octet-stream', body }));
}

/** A file as the workbench names it. */
function remoteUri(port: number, file: string): { scheme: string; authority: string; path: string } {
  return { scheme: 'vscode-remote', authority: `127.0.0.1:${port}`, path: path.resolve(file) };
}

function developmentOptions(options: HostOptions, port: number): object {
  return {
    extensions: [options.extensionPath ?? []].flat().map((folder) => remoteUri(port, folder)),
    ...(options.extensionTestsPath !== undefined && { extensionTestsPath: remoteUri(port, path.join(import.meta.dirname, 'tests-shim.cjs')) }),
  };
}

function workbenchUrl(port: number, options: HostOptions): string {
  const url = new URL(`http://127.0.0.1:${port}/`);
  if (options.workspace !== undefined) url.searchParams.set('workspace', path.resolve(options.workspace));
  else if (options.folder !== undefined) url.searchParams.set('folder', path.resolve(options.folder));
  else url.searchParams.set('ew', 'true');
  url.searchParams.set('payload', '[["skipWelcome","true"],["skipReleaseNotes","true"]]');
  return url.href;
}

/** What `Host.exit` becomes when VS Code did not end by itself, or cannot prove how. */
const exitCodes = { noResult: 3, pageCrashed: 70, pageClosed: 71, serverEnded: 72 } as const;

/** `code` is VS Code's own word, which is 0 also when the extension host crashed: only the file that the shim leaves may say that tests passed. */
function outcome(code: number, server: Server, resultFile: string, options: HostOptions): number {
  if (options.extensionTestsPath === undefined) return code;
  if (!fs.existsSync(resultFile)) {
    const end = /Extension Host Process exited with.*/.exec(server.output())?.[0] ?? '';
    options.log?.('error', `The extension host ended before the tests did. ${end}`);
    return exitCodes.noResult;
  }
  const result = JSON.parse(fs.readFileSync(resultFile, 'utf8')) as { readonly ok: boolean };
  return result.ok ? code : code || 1;
}

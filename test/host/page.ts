/** What the workbench's page must know before it loads. */
export type PageConfiguration = {
  /** `vscode.env.language`; undefined: English. */
  readonly language: string | undefined;
  /** The workbench's own `developmentOptions`: extensions under development and their tests. */
  readonly developmentOptions: object;
};

/** The little of a browser's globals that is used here; the rest of the project knows Node's alone. */
type Browser = {
  readonly window: unknown;
  readonly top: unknown;
  readonly Element: { readonly prototype: { getAttribute(this: { readonly id: string }, name: string): string | null } };
};

/**
 * Runs in the page before VS Code does. The extensions under development cannot go the documented way, by the URL: a built VS Code ignores
 * them there, unless it has a flag that also hides notifications. So they go into the configuration that the page reads from a <meta> element.
 * (To answer the page's request with a changed page is no way either: Chromium then refuses its WebSockets.)
 */
export function configurePage({ language, developmentOptions }: PageConfiguration): void {
  const browser = globalThis as unknown as Browser;
  if (browser.window !== browser.top) return;
  if (language !== undefined) Object.assign(browser, { _VSCODE_NLS_LANGUAGE: language });
  // oxlint-disable-next-line typescript/unbound-method -- called with its `this` below
  const { getAttribute } = browser.Element.prototype;
  browser.Element.prototype.getAttribute = function (name) {
    const value = getAttribute.call(this, name);
    if (value === null || name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration') return value;
    const configuration = JSON.parse(value) as { developmentOptions?: object };
    return JSON.stringify({ ...configuration, developmentOptions: { ...configuration.developmentOptions, ...developmentOptions } });
  };
}

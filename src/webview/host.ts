/// <reference lib="dom" />

/** What VS Code gives a webview. */
interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): WebviewApi;

/** The editor, as a webview sees it. */
export interface Host<In, Out, State> {
  readonly send: (message: Out) => void;
  /** Hears what the editor tells. Nobody else can send here: a webview's page is its own origin. */
  readonly listen: (heard: (message: In) => void) => void;
  /** What survives that the panel is hidden, or its window loaded anew. */
  readonly remembered: Partial<State>;
  readonly remember: (state: State) => void;
}

/** Connects to the editor; only once in a page. */
export function connect<In, Out, State extends object>(): Host<In, Out, State> {
  const api = acquireVsCodeApi();
  const state = api.getState();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's own, to the extension alone
    send: (message) => api.postMessage(message),
    listen: (heard) => addEventListener('message', ({ data }: MessageEvent<In>) => heard(data)),
    remembered: typeof state === 'object' && state !== null ? state : {},
    remember: (next) => api.setState(next),
  };
}

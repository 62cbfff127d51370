import type { Failure } from '../images/failure.ts';
import type { ImageHeader } from '../images/header.ts';
import type { Amount, Usage } from '../images/price.ts';
import type { ImageRequest, ResponseFormat } from '../images/request.ts';
import type { LogReach, UsageLog } from './account.ts';
import type { Profile } from './profiles.ts';

/** How to get out: the editor's proxy settings, passed on as they are. The environment's variables stand in for what is empty. */
export interface ProxySettings {
  /** `http.proxy`; empty = the environment's HTTP_PROXY, HTTPS_PROXY, ALL_PROXY. */
  readonly url: string;
  /** `http.proxyStrictSSL`: false accepts any certificate, of the proxy and of the service. */
  readonly strictSSL: boolean;
  /** `http.noProxy`, together with the environment's NO_PROXY. */
  readonly noProxy: readonly string[];
  /** `http.proxyAuthorization`, sent to the proxy alone. */
  readonly authorization?: string;
}

export interface ClientOptions {
  readonly profile: Profile;
  readonly proxy: ProxySettings;
  /** Limit of one attempt from send to last byte, in milliseconds; 0 = none. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** Technical story, one line an event; the callee redacts nothing: keys and query strings must be gone already. */
  readonly log: (line: string) => void;
}

/** Where what arrives is kept at once, before anything else happens to it (rule 1). Given by the caller, the journal. */
export interface Landing {
  /** What the user is told to look at when nothing can be written there; absent: the folder of the file. */
  readonly folder?: string;
  /** The absolute path that the bytes of picture `index` (from 0) are written to; its folder exists. */
  pictureFile(index: number): string;
  /** Notes the link of picture `index`; once it resolves the link survives a crash. Called before the download starts. */
  keepUrl(index: number, url: string): Promise<void>;
  /** The file of picture `index` is whole and has so many bytes, whether or not they are a picture that is known. Called as soon as that is so. */
  keepPicture?(index: number, bytes: number): Promise<void>;
  /** What the reply says that it is billed for. Called when the reply has been read, before links are followed. */
  keepUsage?(usage: Usage): Promise<void>;
}

/**
 * Stages of a send. `uploading`: of an edit's body of `of` bytes so many were handed to the connection; not all of them, for that is
 * `sent`: from there on the service may have the whole request. `waiting`: the service said to come back in `seconds`.
 * `receiving` counts bytes off the wire.
 */
export type SendProgress =
  | { readonly stage: 'uploading'; readonly bytes: number; readonly of: number }
  | { readonly stage: 'sent' }
  | { readonly stage: 'waiting'; readonly seconds: number; readonly reason: 'rate-limited' | 'overloaded' }
  | { readonly stage: 'receiving'; readonly bytes: number }
  | { readonly stage: 'partial'; readonly file: string; readonly partialIndex: number };

/** One picture, whole and judged by its bytes, in the landing's file. */
export interface ReceivedPicture {
  readonly index: number;
  readonly file: string;
  readonly bytes: number;
  readonly header: ImageHeader;
  readonly url?: string;
  readonly revisedPrompt?: string;
}

/** What went wrong beside the pictures that came: with picture `index`, whose link is `url`, or with the reply as a whole. */
export interface Trouble {
  readonly index?: number;
  readonly url?: string;
  readonly failure: Failure;
}

/** A picture that was paid for and is still to be fetched. */
export interface Link {
  readonly index: number;
  readonly url: string;
}

/** What came back. At least one picture is here; what went wrong with others is in `troubles`. */
export interface Reply {
  readonly pictures: readonly ReceivedPicture[];
  /** Absent where the service did not say. */
  readonly usage?: Usage;
  readonly troubles: readonly Trouble[];
}

export interface SendOptions {
  readonly key: string;
  readonly responseFormat: ResponseFormat;
  readonly signal: AbortSignal;
  readonly landing: Landing;
  readonly onProgress: (progress: SendProgress) => void;
}

/** A file that an edit sends along. It is read anew, from disk and in pieces, each time the request goes out. */
export interface Upload {
  /** The first `image` is the one edited. */
  readonly role: 'image' | 'mask';
  /** Absolute path on this computer; it is not sent. */
  readonly file: string;
  /** As told to the user when the file cannot be read; it is not sent. */
  readonly name: string;
  /** What the file's first bytes say that it is. */
  readonly mime: 'image/png' | 'image/jpeg' | 'image/webp';
}

/** Asks one service. Made once per profile and proxy settings; keeps its connections until closed. */
export interface Client {
  /**
   * Sends one paid request and brings its pictures to the landing. Never sends twice what may have been taken.
   * @throws {FailureError} when not one whole picture came back; its `usage` is there where the answer still said it.
   */
  generate(request: ImageRequest, options: SendOptions): Promise<Reply>;
  /**
   * The same for an edit of `uploads`, at least one. The last bytes of the body go out when all others did and the files are found
   * to be what they were: until then the service cannot have taken the request, and what ends it is not billed (`sent` is false there).
   * @throws {FailureError} as `generate`; `file-unreadable` for an upload that cannot be read, or changes while it is sent.
   */
  edit(request: ImageRequest, uploads: readonly Upload[], options: SendOptions): Promise<Reply>;
  /**
   * Brings pictures to the landing of which an earlier reply left only the links. Sends no request that costs anything.
   * What does not come this time either is a trouble, with its link.
   */
  fetch(links: readonly Link[], options: Pick<SendOptions, 'signal' | 'landing'>): Promise<Pick<Reply, 'pictures' | 'troubles'>>;
  /**
   * What the service wrote down as billed, of late or back to a wanted time, where it has such a log. Costs nothing.
   * @throws {FailureError} `not-found` where it has none; others where it is not reached or refuses.
   */
  usageLog(options: Pick<SendOptions, 'key' | 'signal'> & LogReach): Promise<UsageLog>;
  /**
   * What is left at the service; undefined where it does not tell. Costs nothing.
   * @throws {FailureError} where the service is not reached or refuses
   */
  balance(options: Pick<SendOptions, 'key' | 'signal'>): Promise<Amount | undefined>;
  close(): Promise<void>;
}

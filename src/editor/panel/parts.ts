import type { Disposable, Uri } from 'vscode';
import type { Recipe } from '../../images/recipe.ts';
import type { EditorEnd, Handlers } from '../../protocol/channel.ts';
import type { Composer, JobCard, PanelEvents, PanelExchanges, PanelStatus, ShownPicture } from '../../protocol/panel.ts';
import type { CommandTools } from '../commands/command.ts';
import type { Order } from '../orders/order.ts';

// What the panel is made of in the editor. There is one of each in a window, whatever the number of places that show it.

/** Answers to requests of the panel. */
export type PanelHandlers = Handlers<PanelExchanges>;
export type HandlersOf<Names extends keyof PanelExchanges> = Pick<PanelHandlers, Names>;

/** What every part has. */
export interface PanelRoom {
  readonly tools: CommandTools;
  /** Tells every place that shows the panel. */
  readonly tell: EditorEnd<PanelEvents>['tell'];
  /** The address under which the panel loads a file of Easel's own storage or program. */
  readonly src: (file: string) => string;
  /** Whether anybody can see the panel now. */
  readonly visible: () => boolean;
  /** Absolute path of the folder for what the panel shows; not made yet. */
  readonly storage: string;
  readonly pictures: PanelPictures;
}

/** Pictures as the panel may load them: never the user's own files, but copies in Easel's storage. */
export interface PanelPictures extends Disposable {
  /**
   * A small copy of a picture, at most 320 pixels on its long side, made once for each state of the file.
   * @returns its address; undefined while it is made, of which `done` hears, and where it cannot be made
   */
  thumb(uri: Uri, done: (src: string) => void): Promise<string | undefined>;
  /** The whole picture, in a copy. @throws {FailureError} `file-unreadable`, or `invalid-request` with why it cannot be shown */
  show(uri: Uri): Promise<ShownPicture>;
  /** Copies a file of this computer, such as a picture on the way, for the panel to load. Resolves to the copy's address. @throws {FailureError} `file-unreadable` */
  copyToShow(file: string): Promise<string>;
}

/** What the user puts together. */
export interface ComposerPart extends Disposable {
  state(): Promise<Composer>;
  /** The order that would be sent now. @throws {FailureError} `invalid-request` with what keeps it from being sent */
  order(): Promise<Order>;
  /** Notes that the draft was sent: its prompt goes into the history. The draft stays as it is, to be gone on with. */
  sent(): Promise<void>;
  /** Puts pictures in: the first becomes the edited one with `edit`, all are references else. Starts no job. */
  use(uris: readonly Uri[], how: 'edit' | 'reference' | 'mask'): Promise<void>;
  /** Sets everything as it was for a picture that was made before, its prompt and its references as well. */
  recall(order: Order): Promise<void>;
  /** The file behind a reference; undefined: there is none of this id. */
  referenceOf(id: string): { readonly uri: Uri; readonly role: 'image' | 'mask' } | undefined;
  /** The mask of the edited image; undefined: none. */
  mask(): Uri | undefined;
  /** Makes a file in Easel's own storage the mask of the edited image. */
  setMask(file: Uri): Promise<void>;
  readonly handlers: HandlersOf<
    | 'draft.change'
    | 'draft.clear'
    | 'prompts.list'
    | 'style.save'
    | 'style.delete'
    | 'style.open'
    | 'reference.pick'
    | 'reference.drop'
    | 'reference.bytes'
    | 'reference.move'
    | 'reference.role'
    | 'reference.mend'
    | 'reference.remove'
    | 'target.pick'
  >;
}

/** The requests under way, and those that are over and not put away. */
export interface JobsPart extends Disposable {
  cards(): readonly JobCard[];
  /** Sends an order and shows it as a card; asks first where it goes beyond a limit. Resolves to the card's id, once it is placed; undefined when the user would rather not. */
  place(order: Order): Promise<string | undefined>;
  readonly handlers: HandlersOf<'send' | 'job.cancel' | 'jobs.cancel' | 'job.act' | 'job.dismiss'>;
}

/** What was made in this workspace. */
export interface GalleryPart extends Disposable {
  /** The file of a picture; undefined: there is none of this id. */
  fileOf(picture: string): Uri | undefined;
  /** What made a picture, also where its file carries no recipe. */
  recipeOf(picture: string): Recipe | undefined;
  readonly handlers: HandlersOf<'gallery.list' | 'gallery.details'>;
}

/** What is done with pictures. */
export interface ActsPart extends Disposable {
  readonly handlers: HandlersOf<'picture.show' | 'picture.act' | 'picture.copy' | 'picture.compare'>;
}

export interface MasksPart {
  readonly handlers: HandlersOf<'mask.begin' | 'mask.save'>;
}

/** The service, the key, the workspace: what the panel says of them, and what leads to them. */
export interface StatusPart extends Disposable {
  state(): Promise<PanelStatus>;
  /** Looks anew, and tells what has changed. */
  refresh(): void;
  /** Notes whether a request could reach the service: false for a failure such as `unreachable` or `proxy`, true for any answer. */
  reached(ok: boolean): void;
  readonly handlers: HandlersOf<'key.set' | 'key.page' | 'offline.forget' | 'settings.open' | 'log.show' | 'folder.open' | 'trust.manage'>;
}

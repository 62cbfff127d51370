import * as z from 'zod/mini';
import { failureActionNames } from '../images/failureSentence.ts';
import { backgrounds, inputFidelities, outputFormats, qualities } from '../images/request.ts';
import type { Events, Exchanges } from './channel.ts';

// What the Easel panel and the editor say to each other. Everything that matters is in the editor: the panel shows it, and asks for changes.
// Pictures are named by ids that the editor has given, and shown by addresses (`src`) that lead into Easel's own storage alone.

const id = z.string().check(z.minLength(1), z.maxLength(200));
const ids = z.array(id).check(z.maxLength(500));
const count = z.number().check(z.int(), z.nonnegative());
const line = z.string().check(z.maxLength(2000));
const nothing = z.strictObject({});
/** Most bytes of one file that is dropped or pasted: what the service takes. */
const mostBytes = 50 * 1024 * 1024;
const bytes = z.custom<Uint8Array | ArrayBuffer>((value) => (value instanceof Uint8Array || value instanceof ArrayBuffer) && value.byteLength > 0 && value.byteLength <= mostBytes);

/** What the user has put together and not sent yet. `auto` is not sent. */
const draft = z.strictObject({
  /** Longer than any service takes, so that what is too long can be told. */
  prompt: z.string().check(z.maxLength(100_000)),
  /** The id of a style, or empty. */
  style: z.string().check(z.maxLength(200)),
  model: z.string().check(z.maxLength(200)),
  /** `auto`, or as typed; the editor judges it. */
  size: z.string().check(z.maxLength(60)),
  quality: z.enum(qualities),
  count: z.number().check(z.int(), z.gte(1), z.lte(10)),
  format: z.enum(['auto', ...outputFormats]),
  /** 0 to 100; jpeg and webp only; absent: the service's own. */
  compression: z.optional(z.number().check(z.int(), z.gte(0), z.lte(100))),
  background: z.enum(backgrounds),
  fidelity: z.enum(['auto', ...inputFidelities]),
  /** Pictures on the way, each of which costs 100 tokens. */
  partials: z.number().check(z.int(), z.gte(0), z.lte(3)),
  /** Relative to the workspace folder that it names, with `/`; empty: the folder itself. */
  folder: z.string().check(z.maxLength(1000)),
  /** File name without extension; empty: made from the prompt. */
  name: z.string().check(z.maxLength(300)),
  /** Whether an edit takes the place of its image. */
  replace: z.boolean(),
});
export type Draft = z.infer<typeof draft>;
/** What each member of a draft may be. */
export const draftMembers = draft.shape;

/** One file that an edit starts from. The first of role `image` is the one that is edited. */
const reference = z.strictObject({
  id,
  name: line,
  role: z.enum(['image', 'mask']),
  /** Pixels; 0: not known. */
  width: count,
  height: count,
  bytes: count,
  /** A small picture of it; absent while it is made, or where it cannot be. */
  thumb: z.optional(z.string()),
  /** Sentences: what keeps it from being sent, and what is worth knowing. */
  faults: z.array(z.string()),
  doubts: z.array(z.string()),
  /** Of a mask: what would put it right, each by a click. */
  mends: z.array(z.strictObject({ id, title: z.string() })),
});
export type PanelReference = z.infer<typeof reference>;

/** Something saved to be said with prompts; `{prompt}` in its text stands for the prompt, else the prompt comes first. */
const style = z.strictObject({ id, name: z.string(), text: z.string(), scope: z.enum(['workspace', 'user']) });
export type PromptStyle = z.infer<typeof style>;

/** A part of the composer, to which something is said. */
const field = z.enum(['prompt', 'references', 'model', 'size', 'quality', 'count', 'format', 'background', 'target', 'service']);
export type ComposerField = z.infer<typeof field>;

const composer = z.strictObject({
  /** Counts up with each change, whoever made it: what a panel shows is never older than what it has sent. */
  revision: count,
  draft,
  references: z.array(reference),
  styles: z.array(style),
  /** Names to offer; any other may be typed. */
  models: z.array(z.string()),
  /** What the name will be where none is typed. */
  namedAfterPrompt: z.string(),
  /** The workspace's folders that a target may be in; one: none is shown. */
  roots: z.array(z.string()),
  /** What it will cost, as a range in words; absent where nobody can say. */
  cost: z.optional(z.string()),
  /** How many measured calls the cost goes by, in words; absent where it goes by what is published. */
  costFrom: z.optional(z.string()),
  /** For each size of the table (`1024x1024`), what it would cost, in words. */
  costs: z.record(z.string(), z.string()),
  /** Of an edit with an automatic size: what that will be, in words. */
  follows: z.optional(z.string()),
  /** What keeps it from being sent. Empty: it may go. */
  faults: z.array(z.strictObject({ field, sentence: z.string() })),
});
export type Composer = z.infer<typeof composer>;

/** What a service needs, and what is in the way. */
const status = z.strictObject({
  service: line,
  /** Whether there is a key for it; absent: the settings name no service that can be asked, and `trouble` says why. */
  key: z.optional(z.boolean()),
  trouble: z.optional(line),
  /** The host name of the page where one gets a key; absent where nobody knows one. */
  keyPage: z.optional(line),
  trusted: z.boolean(),
  /** Whether a folder is open. */
  workspace: z.boolean(),
  /** What today cost, in words. */
  spent: line,
  /** Whether the last request could not reach the service. */
  offline: z.boolean(),
});
export type PanelStatus = z.infer<typeof status>;

/** What can be done about a job that is over: about its failure, and about pictures that the service left out. */
export const jobActions = [...failureActionNames, 'make-missing'] as const;
const action = z.enum(jobActions);
export type JobAction = z.infer<typeof action>;

/** A request under way, or over and not put away yet. Its sentences are in the user's language. */
const job = z.strictObject({
  id,
  prompt: z.string(),
  /** Model, size, quality, as a line to read. */
  about: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  /** What it does now and for how long already, or how it ended. */
  stage: z.string(),
  /** The same in words that do not count, to be announced when they change. */
  doing: z.string(),
  /** Pictures. */
  count,
  /** The pixels that were asked for; absent: the service's own choice. */
  size: z.optional(z.strictObject({ width: count, height: count })),
  /** Of an edit: a small picture of its image. */
  edits: z.optional(z.string()),
  /** The newest picture on the way. */
  partial: z.optional(z.string()),
  /** Why it failed, or what it made and cost. */
  outcome: z.optional(z.string()),
  /** What came otherwise than asked, and what is worth knowing. */
  notes: z.array(z.string()),
  /** What can be done now that it is over. */
  actions: z.array(z.strictObject({ action, title: z.string() })),
});
export type JobCard = z.infer<typeof job>;

/** What the gallery shows of all that was made. Empty texts: everything. */
const filter = z.strictObject({
  text: z.string().check(z.maxLength(200)),
  folder: z.string().check(z.maxLength(1000)),
  model: z.string().check(z.maxLength(200)),
  since: z.enum(['', 'today', 'week', 'month']),
});
export type GalleryFilter = z.infer<typeof filter>;

/** Everything in its order, as little as is needed to lay it out. Requests of one thread follow each other, the newest thread first. */
const listing = z.strictObject({
  /** `[request, thread, pictures]` */
  requests: z.array(z.tuple([id, id, count])),
  /** Pictures in all, with and without the filter. */
  shown: count,
  total: count,
  folders: z.array(z.string()),
  models: z.array(z.string()),
});
export type GalleryListing = z.infer<typeof listing>;

const picture = z.strictObject({
  id,
  /** The file's name, and its folder in the workspace. */
  name: z.string(),
  folder: z.string(),
  width: count,
  height: count,
  format: z.string(),
  bytes: count,
  thumb: z.optional(z.string()),
  /** `gone`: the file is not there any more. `replaced`: it took the place of a file, whose bytes are kept. */
  state: z.enum(['there', 'gone', 'replaced']),
});
export type GalleryPicture = z.infer<typeof picture>;

const request = z.strictObject({
  id,
  prompt: z.string(),
  /** Model, size, quality, charge, as a line to read. */
  about: z.string(),
  /** When it was sent, for a person. */
  time: z.string(),
  /** Of an edit: what it started from, the edited image first. */
  from: z.array(z.strictObject({ name: z.string(), role: z.enum(['image', 'mask']), picture: z.optional(id) })),
  pictures: z.array(picture),
});
export type GalleryRequest = z.infer<typeof request>;

/** What can be done with a picture by one click; the editor does it, and tells of it where there is something to tell. */
export const pictureActs = ['open', 'reveal', 'copy-path', 'copy-prompt', 'insert', 'use-as-reference', 'edit', 'variations', 'generate-again', 'recall', 'undo-replace', 'delete'] as const;
export type PictureAct = (typeof pictureActs)[number];

/** What a picture can be copied as. */
export const snippetKinds = ['markdown', 'html', 'css', 'jsx'] as const;
export type SnippetKind = (typeof snippetKinds)[number];

/** A picture in its full size, in a copy that the panel may load. */
const shown = z.strictObject({
  src: z.string(),
  name: z.string(),
  facts: z.string(),
  width: count,
  height: count,
  /** What it is to the one that it is compared with: `Original`, `Edited`; absent where they are just two. */
  label: z.optional(z.string()),
});
export type ShownPicture = z.infer<typeof shown>;

/** Every request of the panel. */
export const panelExchanges = {
  /** The panel runs and knows nothing yet: what it is told then is the answer, and the events after it. */
  start: {
    ask: nothing,
    answer: z.strictObject({ locale: z.string(), sentences: z.record(z.string(), z.string()), composer, status, jobs: z.array(job) }),
  },
  /** Changes members of the draft. The answer has what stands then. */
  'draft.change': { ask: z.strictObject({ draft: z.partial(draft) }), answer: composer },
  'draft.clear': { ask: nothing, answer: composer },
  /** Prompts that were sent in this workspace, the newest first. */
  'prompts.list': { ask: nothing, answer: z.strictObject({ prompts: z.array(z.string()) }) },
  /** Asks for a name, and saves the text as a style; `scope` says for whom. */
  'style.save': { ask: z.strictObject({ text: z.string().check(z.maxLength(32_000)), scope: z.enum(['workspace', 'user']) }), answer: nothing },
  'style.delete': { ask: z.strictObject({ style: id }), answer: nothing },
  /** Opens the file that the styles of a workspace, or of the user, are in. */
  'style.open': { ask: z.strictObject({ scope: z.enum(['workspace', 'user']) }), answer: nothing },
  /** Lets the user choose files, in the workspace or anywhere. */
  'reference.pick': { ask: z.strictObject({ where: z.enum(['workspace', 'computer']), role: z.enum(['image', 'mask']) }), answer: nothing },
  /** Files that were dropped from the Explorer; only such as lie in the workspace are taken. */
  'reference.drop': { ask: z.strictObject({ uris: z.array(z.string().check(z.maxLength(4000))).check(z.maxLength(50)) }), answer: nothing },
  /** A file that was dropped from the computer, or pasted. */
  'reference.bytes': { ask: z.strictObject({ name: z.string().check(z.maxLength(300)), bytes }), answer: nothing },
  'reference.move': { ask: z.strictObject({ reference: id, to: count }), answer: composer },
  'reference.role': { ask: z.strictObject({ reference: id, role: z.enum(['edited', 'reference', 'mask']) }), answer: composer },
  'reference.mend': { ask: z.strictObject({ reference: id, mend: z.string().check(z.maxLength(200)) }), answer: composer },
  'reference.remove': { ask: z.strictObject({ reference: id }), answer: composer },
  /** Asks for the folder that the pictures go to. */
  'target.pick': { ask: nothing, answer: nothing },
  /** Sends what is put together. `double`: the same was sent a moment ago, and is sent again only with `again`. `asked`: it goes beyond a limit, and is sent once the user says so to the editor. */
  send: {
    ask: z.strictObject({ again: z.boolean() }),
    answer: z.union([z.strictObject({ kind: z.literal('placed'), job: id }), z.strictObject({ kind: z.literal('double'), cost: z.string() }), z.strictObject({ kind: z.literal('asked') }), z.strictObject({ kind: z.literal('no-key') })]),
  },
  /** Asks for the key, which the panel never sees. */
  'key.set': { ask: nothing, answer: nothing },
  /** Opens the page where one gets a key, in the browser. */
  'key.page': { ask: nothing, answer: nothing },
  /** The user has seen that the service could not be reached. */
  'offline.forget': { ask: nothing, answer: nothing },
  'settings.open': { ask: nothing, answer: nothing },
  'log.show': { ask: nothing, answer: nothing },
  'folder.open': { ask: nothing, answer: nothing },
  'trust.manage': { ask: nothing, answer: nothing },
  'job.cancel': { ask: z.strictObject({ job: id }), answer: nothing },
  /** Cancels all of them, once the user has said so where requests are at the service already. */
  'jobs.cancel': { ask: nothing, answer: nothing },
  'job.act': { ask: z.strictObject({ job: id, action }), answer: nothing },
  /** Puts away the card of a job that is over; what was paid for stays. */
  'job.dismiss': { ask: z.strictObject({ job: id }), answer: nothing },
  'gallery.list': { ask: filter, answer: listing },
  'gallery.details': { ask: z.strictObject({ requests: ids }), answer: z.strictObject({ requests: z.array(request) }) },
  'picture.show': { ask: z.strictObject({ picture: id }), answer: shown },
  'picture.act': { ask: z.strictObject({ pictures: z.array(id).check(z.minLength(1), z.maxLength(100)), act: z.enum(pictureActs) }), answer: nothing },
  'picture.copy': { ask: z.strictObject({ picture: id, as: z.enum(snippetKinds) }), answer: nothing },
  /** Two pictures to compare: the second, or what the first was made from. */
  'picture.compare': { ask: z.strictObject({ picture: id, with: z.optional(id) }), answer: z.strictObject({ before: shown, after: shown }) },
  /** Puts a picture into the composer as the image to edit, and answers what the mask painter needs. */
  'mask.begin': { ask: z.union([z.strictObject({ picture: id }), z.strictObject({ reference: id })]), answer: z.strictObject({ reference: id, image: shown, mask: z.optional(z.string()) }) },
  /** Takes a painted mask: a PNG with alpha of exactly the image's size. `beside`: it is saved beside the image as well. */
  'mask.save': { ask: z.strictObject({ reference: id, bytes, beside: z.boolean() }), answer: composer },
} as const satisfies Exchanges;
export type PanelExchanges = typeof panelExchanges;

/** Every event that the panel is told of. */
export const panelEvents = {
  composer,
  status,
  jobs: z.array(job),
  /** Something was made, or went: what is listed is out of date. */
  'gallery.changed': nothing,
  /** A small picture of a gallery's picture, or of a reference, is ready. */
  thumb: z.strictObject({ of: id, src: z.string() }),
  /** Somebody wants to write: the prompt gets the focus. */
  focus: nothing,
  /** Something is to be said, in the live region and to be seen. */
  say: z.strictObject({ sentence: z.string(), tone: z.enum(['information', 'warning', 'error']) }),
} as const satisfies Events;
export type PanelEvents = typeof panelEvents;

import { commands, env, l10n, workspace, type Uri } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { failureSentence } from '../../images/failureSentence.ts';
import { cssText, htmlText, isRooted, markdownText, moduleText } from '../../images/snippets/text.ts';
import type { SnippetPicture } from '../../images/snippets/picture.ts';
import type { PictureAct, SnippetKind } from '../../protocol/panel.ts';
import { noRecipeSentence } from '../files/recipes.ts';
import { newestReplacement, undoReplacement } from '../files/replace.ts';
import { labelOf } from '../orders/editName.ts';
import { failureOf, openPictures } from '../show/present.ts';
import { generateAgain, placeOf, recall, recipeOf, variations, type MadeBy } from './actsAgain.ts';
import { compareTwo, compareWithSource } from './actsCompare.ts';
import { deletePictures } from './actsDelete.ts';
import { followEditors, insertPictures, noEditor } from './insert.ts';
import { snippetPicture, type Referrer } from './insertPath.ts';
import type { ActsPart, ComposerPart, GalleryPart, JobsPart, PanelRoom } from './parts.ts';

const refused = (reason: string): FailureError => new FailureError({ code: 'invalid-request', about: 'files', reason });

/** A picture as Markdown, HTML and so on, and what that is called. */
const copies: Readonly<Record<SnippetKind, { readonly title: string; readonly language: string; readonly text: (picture: SnippetPicture) => string }>> = {
  markdown: { title: 'Markdown', language: 'markdown', text: markdownText },
  html: { title: 'HTML', language: 'html', text: htmlText },
  css: { title: 'CSS', language: 'css', text: cssText },
  jsx: { title: 'JSX', language: 'typescriptreact', text: moduleText },
};

/** Does what is asked for pictures of the gallery. Whatever waits for a person goes on by itself, and what comes of it is told. */
export function createActs(room: PanelRoom, { composer, jobs, gallery }: { readonly composer: ComposerPart; readonly jobs: JobsPart; readonly gallery: GalleryPart }): ActsPart {
  const { tools, tell, pictures } = room;
  const editors = followEditors();

  const say = (sentence: string): void => tell('say', { sentence, tone: 'information' });
  /** For what may wait for a person, or for other programs. */
  const goOn = (work: Promise<unknown>): void =>
    void work.catch((error: unknown) => {
      const failure = failureOf(error);
      if (failure.code === 'internal') tools.log.error(error instanceof Error ? error : String(error));
      tell('say', { sentence: failureSentence(failure, l10n.t), tone: 'error' });
    });

  /** @throws {FailureError} `invalid-request` for an id of none, or one whose file is gone */
  function fileOf(id: string): Uri {
    const uri = gallery.fileOf(id);
    if (uri) return uri;
    throw refused(gallery.recipeOf(id) ? l10n.t('The file is not there any more.') : l10n.t('That picture is not in the gallery any more.'));
  }

  /** The files of several pictures that are still there. @throws {FailureError} `invalid-request` when none is */
  function filesOf(ids: readonly string[]): readonly [Uri, ...Uri[]] {
    const [first, ...rest] = [...new Set(ids)].flatMap((id) => gallery.fileOf(id) ?? []);
    return first ? [first, ...rest] : [fileOf(ids[0] ?? '')];
  }

  /** What costs, or takes the draft's place, is done with one. @throws {FailureError} `invalid-request` */
  function only(ids: readonly string[]): string {
    const [id, ...others] = new Set(ids);
    if (id === undefined || others.length > 0) throw refused(l10n.t('Select one picture alone.'));
    return id;
  }

  /** What made a picture. @throws {FailureError} `invalid-request` when nobody knows */
  async function madeBy(id: string): Promise<MadeBy> {
    const known = gallery.recipeOf(id);
    const uri = gallery.fileOf(id) ?? (known ? undefined : fileOf(id));
    const recipe = await recipeOf(uri, known);
    if (!recipe) throw refused(uri ? noRecipeSentence(uri) : l10n.t('That picture is not in the gallery any more.'));
    return { recipe, uri: uri ?? placeOf(recipe) };
  }

  async function copyPaths(uris: readonly [Uri, ...Uri[]]): Promise<void> {
    await env.clipboard.writeText(uris.map((uri) => (uri.scheme === 'file' ? uri.fsPath : uri.toString())).join('\n'));
    say(uris.length === 1 ? l10n.t('The path of {0} is in the clipboard.', labelOf(uris[0])) : l10n.t('{0} paths are in the clipboard.', uris.length));
  }

  async function insert(ids: readonly string[]): Promise<void> {
    const known = ids.flatMap((id) => {
      const uri = gallery.fileOf(id);
      return uri ? [{ uri, prompt: gallery.recipeOf(id)?.prompt }] : [];
    });
    if (known.length === 0) fileOf(ids[0] ?? '');
    const editor = editors.editor();
    if (!editor) throw noEditor();
    const { uri: document, languageId: language } = editor.document;
    await insertPictures(await Promise.all(known.map(({ uri, prompt }) => snippet(uri, { uri: document, language }, prompt))), editor);
  }

  const snippet = async (uri: Uri, referrer: Referrer | undefined, prompt: string | undefined): Promise<SnippetPicture> => {
    try {
      return await snippetPicture(uri, referrer, prompt, tools);
    } catch (error) {
      throw new FailureError({ code: 'file-unreadable', name: workspace.asRelativePath(uri), message: String(error) }, { cause: error });
    }
  };

  async function undoReplace(uri: Uri): Promise<void> {
    const newest = await newestReplacement(uri, tools);
    if (!newest) throw refused(l10n.t('{0} was not replaced by Easel in the last 30 days.', workspace.asRelativePath(uri)));
    goOn(undoReplacement(newest.id, tools));
  }

  const acts: Readonly<Record<PictureAct, (ids: readonly string[]) => Promise<void> | void>> = {
    open: (ids) => goOn(openPictures(filesOf(ids))),
    reveal: (ids) => goOn(Promise.resolve(commands.executeCommand('revealInExplorer', filesOf(ids)[0]))),
    'copy-path': (ids) => copyPaths(filesOf(ids)),
    async 'copy-prompt'(ids) {
      const { recipe, uri } = await madeBy(only(ids));
      await env.clipboard.writeText(recipe.prompt);
      say(l10n.t('The prompt of {0} is in the clipboard.', labelOf(uri)));
    },
    insert,
    'use-as-reference': (ids) => composer.use(filesOf(ids), 'reference'),
    async edit(ids) {
      await composer.use([fileOf(only(ids))], 'edit');
      tell('focus', {});
    },
    async variations(ids) {
      await variations(fileOf(only(ids)), room, composer);
      tell('focus', {});
    },
    async 'generate-again'(ids) {
      goOn(generateAgain(await madeBy(only(ids)), room, jobs));
    },
    async recall(ids) {
      await recall(await madeBy(only(ids)), room, composer);
      tell('focus', {});
    },
    'undo-replace': (ids) => undoReplace(fileOf(only(ids))),
    delete: (ids) => goOn(deletePictures(filesOf(ids), room)),
  };

  return {
    dispose: () => editors.dispose(),
    handlers: {
      'picture.show': ({ picture }) => pictures.show(fileOf(picture)),
      async 'picture.act'({ pictures: ids, act }) {
        await acts[act](ids);
        return {};
      },
      async 'picture.copy'({ picture, as }) {
        const uri = fileOf(picture);
        const { title, language, text } = copies[as];
        const document = editors.editor()?.document;
        const found = await snippet(uri, document && { uri: document.uri, language }, gallery.recipeOf(picture)?.prompt);
        await env.clipboard.writeText(text(found));
        const name = labelOf(uri);
        const from = document && !document.isUntitled ? labelOf(document.uri) : workspace.getWorkspaceFolder(uri)?.name;
        if (isRooted(found)) say(l10n.t('{0} for {1} is in the clipboard, with its address on the web site.', title, name));
        else say(from === undefined ? l10n.t('{0} for {1} is in the clipboard.', title, name) : l10n.t('{0} for {1} is in the clipboard, with its path from {2}.', title, name, from));
        return {};
      },
      async 'picture.compare'({ picture, with: other }) {
        const uri = fileOf(picture);
        if (other !== undefined) return compareTwo(uri, fileOf(other), room);
        return compareWithSource(uri, await recipeOf(uri, gallery.recipeOf(picture)), room);
      },
    },
  };
}

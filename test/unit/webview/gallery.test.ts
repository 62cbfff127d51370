import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { GalleryListing, GalleryRequest } from '../../../src/protocol/panel.ts';
import { createGallery } from '../../../src/webview/panel/gallery/gallery.ts';

interface Question {
  readonly name: string;
  readonly asked: unknown;
  readonly answer: (value: unknown) => void;
}

/** The editor's end: what the page asked, in order, each to be answered when a test says so; and what the editor tells. */
function editorEnd() {
  const questions: Question[] = [];
  const heard = new Map<string, (value: unknown) => void>();
  const connection = {
    ask: (name: string, asked: unknown) => new Promise((answer) => questions.push({ name, asked, answer })),
    on: (name: string, listener: (value: unknown) => void) => {
      heard.set(name, listener);
      return () => heard.delete(name);
    },
  };
  return {
    // The page's connection is generic over all that can be asked; here a question is what it is.
    gallery: createGallery(connection as unknown as Parameters<typeof createGallery>[0]),
    tell: (name: string, value: unknown) => heard.get(name)?.(value),
    /** The question that waits longest, which has to be this one. */
    next: async (name: string): Promise<Question> => {
      await turn();
      const at = questions.findIndex((question) => question.name === name);
      const [question] = at === -1 ? [] : questions.splice(at, 1);
      return question ?? assert.fail(`${name} was not asked`);
    },
    waiting: async (name: string) => (await turn(), questions.filter((question) => question.name === name).length),
  };
}

const request = (id: string, name: string): GalleryRequest => ({ id, prompt: 'A cat', about: '', time: '', from: [], pictures: [{ id: `${id}-1`, name, folder: '', width: 1, height: 1, format: 'PNG', bytes: 1, state: 'there' }] });
const nameIn = (found: GalleryRequest | undefined): string | undefined => found?.pictures[0]?.name;

test('details that were under way when something changed are shown, and asked for again', async () => {
  const { gallery, tell, next, waiting } = editorEnd();
  gallery.want(['a']);
  const early = await next('gallery.details');
  tell('gallery.changed', {});
  early.answer({ requests: [request('a', 'before.png')] });
  const later = await next('gallery.details');
  assert.deepEqual(later.asked, { requests: ['a'] });
  assert.equal(nameIn(gallery.request('a')), 'before.png');
  later.answer({ requests: [request('a', 'after.png')] });
  assert.equal(await waiting('gallery.details'), 0);
  assert.equal(nameIn(gallery.request('a')), 'after.png');
});

test('what an answer from before a change does not have is asked for again', async () => {
  const { gallery, tell, next, waiting } = editorEnd();
  gallery.want(['a']);
  const early = await next('gallery.details');
  tell('gallery.changed', {});
  early.answer({ requests: [] });
  (await next('gallery.details')).answer({ requests: [] });
  assert.equal(await waiting('gallery.details'), 0, 'what is not there now is not asked for over and over');
  assert.equal(gallery.request('a'), undefined);
});

test('the listing is that of the filter that was set last, whatever was asked before', async () => {
  const { gallery, next } = editorEnd();
  const listing = (shown: number): GalleryListing => ({ requests: [], shown, total: 9, folders: [], models: [] });
  gallery.list({ text: 'c' });
  const early = await next('gallery.list');
  gallery.list({ text: 'cat' });
  early.answer(listing(5));
  const later = await next('gallery.list');
  assert.equal(gallery.now().listing, undefined);
  later.answer(listing(2));
  await turn();
  assert.deepEqual([gallery.now().listing?.shown, gallery.now().listed.text], [2, 'cat']);
});

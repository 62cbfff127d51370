import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { latinWords, look, sameEverywhere } from './looks.ts';
import { setStage, type Stage } from './stage.ts';

// The panel in Simplified Chinese: what it shows and what it says to those who do not see it has no English left.

let stage: Stage;

before(async () => {
  stage = await setStage('zh-cn', { running: '雾中的港口，从水面上看', failed: '暴风雨中的灯塔，从高处俯瞰，画出每一道波浪' });
});

after(() => stage.close());

/** What is the same in every language, and what the user has written. */
const known = (): readonly (string | RegExp)[] => [
  // Long ones are cut at many places.
  ...stage.made.prompts.filter(({ length }) => length > 60).map((prompt) => new RegExp(`${prompt.slice(0, 60).replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)}[^…]*…?`)),
  ...stage.made.prompts.flatMap((prompt) => [prompt, `${prompt.slice(0, 119)}…`]).toSorted((a, b) => b.length - a.length),
  ...sameEverywhere,
  /(?:[\w-]+\/)*[\w-]+\.(?:png|jpe?g|webp)|-edit\b|assets(?:\/\w+)*|web(?:\/\w+)+|\bart\b|\bhero-edit\b/,
];

test('everywhere in the panel', async () => {
  const { workbench, panel, views } = stage;
  await look(workbench, panel.frame, views, 'zh', async (what) => assert.deepEqual(await latinWords(panel.frame, known()), [], what));
});

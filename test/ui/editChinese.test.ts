import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { drawPicture } from '../extension/pictures.ts';
import { startEasel, type EaselWorkbench } from './easel.ts';
import type { QuickInput } from './quickInput.ts';
import type { Workbench } from './workbench.ts';

// An edit in Simplified Chinese: the files' roles, the questions, and variations.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-edit-zh-'));
let easel: EaselWorkbench;
let workbench: Workbench;

before(async () => {
  fs.writeFileSync(path.join(folder, '1.png'), await drawPicture(1000, 700, 'png'));
  fs.writeFileSync(path.join(folder, '2.png'), await drawPicture(500, 350, 'png'));
  fs.writeFileSync(path.join(folder, '3.png'), 'no picture');
  easel = await startEasel({ folder, locale: 'zh-cn' });
  ({ workbench } = easel);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

test('an edit is asked for in Chinese, and nothing of Easel is left in English', async () => {
  const said: string[] = [];
  const hear = async (input: QuickInput): Promise<QuickInput> => {
    said.push(await input.title(), await input.placeholder(), ...(await input.items()));
    return input;
  };
  await workbench.runCommand('Easel: 设置 API 密钥…');
  const key = await workbench.quickInput('OpenAI-HK 的 API 密钥');
  await key.type('hk-test-key');
  await key.accept();

  await workbench.explorer.select('3.png', '2.png', '1.png');
  await workbench.explorer.contextMenu('1.png', '参考图编辑…');
  const list = (): Promise<QuickInput> => workbench.quickInput('各个文件是什么角色？');
  const says = async (text: string): Promise<void> => {
    const roles = await list();
    await workbench.until(`a row that says ${text}`, async () => (await roles.items()).some((row) => row.includes(text)));
  };
  await says('3.png 不是可以读取的图片');
  await (await list()).pick('2.png');
  await (await hear(await workbench.quickInput('要对这个文件做什么？'))).pick('用作蒙版');
  await says('蒙版 2.png 没有透明部分');
  await hear(await list());
  await workbench.screenshot('zh-roles');
  await (await list()).pick('3.png');
  await (await workbench.quickInput('要对这个文件做什么？')).pick('从列表中移除');
  await says('蒙版 2.png 没有透明部分');
  await (await list()).pick('2.png');
  await (await workbench.quickInput('要对这个文件做什么？')).pick('用作参考图');
  await says('500 × 350');
  await (await list()).pick('继续');

  const prompt = await hear(await workbench.quickInput('要怎么改？'));
  await prompt.type('下雪');
  await prompt.accept();
  await (await hear(await workbench.quickInput('尺寸'))).accept();
  await (await hear(await workbench.quickInput('画质'))).accept();
  const where = await hear(await workbench.quickInput('结果放到哪里'));
  await workbench.screenshot('zh-where');
  await where.cancel();

  // Shown, with the focus left in the Explorer: a picture that has it takes the palette's key for itself.
  await (await workbench.explorer.find('1.png')).click();
  await workbench.waitForEditor('1.png');
  await workbench.runCommand('Easel: 创建变体…');
  await (await hear(await workbench.quickInput('要几个变体'))).pick('2 个变体');
  await (await hear(await workbench.quickInput('哪些可以变化'))).cancel();
  assert.equal(easel.gateway.requests.length, 0);

  // Names and units that are the same in every language; icons are read out by VS Code's own names.
  const names = /\b(?:error|warning) |\S+\.png|Easel|Enter|Escape|\bkB\b|\d[\d,.]*K\b|\(Press.*\)/g;
  assert.deepEqual(said.map((text) => text.replaceAll(names, '')).filter((text) => /[A-Za-z]{2}/.test(text)), []);
  assert.ok(said.length > 40, `only ${said.length} texts were read`);
});

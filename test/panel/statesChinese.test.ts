import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { FrameLocator } from 'playwright-core';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { breakNextDrawing, spoilFirstAnswers } from './breaking.ts';
import { pageOf, panelIn, type EaselPanel } from './easelPanel.ts';
import { accessible, latinWords, sameEverywhere } from './looks.ts';
import { logOf } from './madePictures.ts';

// What the panel says in Simplified Chinese where something is missing or broken.

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-states-chinese-'));
const [folder, userDataDir] = [path.join(root, '网站'), path.join(root, 'user-data')];
/** In the place of the list of what was made: nobody can read it. */
const obstacle = logOf(folder, userDataDir);
let easel: EaselWorkbench | undefined;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(folder);
  fs.mkdirSync(obstacle, { recursive: true });
  easel = await startEasel({ folder, userDataDir, locale: 'zh-cn', trust: true });
  ({ workbench } = easel);
});

after(async () => {
  await easel?.close();
  fs.rmSync(root, { recursive: true });
});

async function openPanel(on = workbench): Promise<EaselPanel> {
  await on.runCommand('Easel: 打开面板');
  return panelIn(on);
}

/** The folder that pictures go to unless told, the page with keys, and words that are the same in every language. */
const names = [/\bassets\/(?:image|灯塔)/, /www\.openai-hk\.com/, /\b(?:API|URL)\b/];

/** Fails with what is left in English, and with what axe-core finds wrong. */
async function inChinese(frame: FrameLocator, what: string, known: readonly RegExp[] = [], on = workbench): Promise<void> {
  await on.screenshot(`zh-${what}`);
  assert.deepEqual(await latinWords(frame, [...known, ...names, ...sameEverywhere]), [], what);
  await accessible(on, frame, what);
}

test('a newcomer in a folder that is not trusted', async () => {
  const { frame } = await openPanel();
  for (const title of ['Easel 需要 OpenAI-HK 的密钥', '受限模式']) await frame.getByRole('region', { name: title, exact: true }).waitFor();
  await frame.getByText('无法列出图片').waitFor();
  // What the file system says is in its own words.
  await inChinese(frame, 'newcomer', [/\(?EISDIR[^)]*\)?/]);
  fs.rmSync(obstacle, { recursive: true });
  await frame.getByRole('button', { name: '重试' }).click();
  await frame.getByText('无法列出图片').waitFor({ state: 'detached' });
  await inChinese(frame, 'nothing made');
});

test('settings that name no service', async () => {
  await workbench.configure({ 'easel.baseUrl': 'ftp://images.example.com' });
  const { frame } = await openPanel();
  await frame.getByRole('region', { name: '设置中没有可用的服务', exact: true }).waitFor();
  await inChinese(frame, 'no service', [/ftp:\/\/[\w.]+|https?:\/\/[\w./:-]+|easel\.baseUrl/]);
  await workbench.configure({ 'easel.baseUrl': easel?.gateway.baseUrl });
  await (await openPanel()).frame.getByRole('region', { name: '设置中没有可用的服务', exact: true }).waitFor({ state: 'detached' });
});

test('a service that cannot be reached', async () => {
  await setKey(workbench, { command: 'Easel: 设置 API 密钥…', question: 'OpenAI-HK 的 API 密钥', stored: 'OpenAI-HK 的密钥已保存。' });
  await workbench.configure({ 'http.proxy': 'http://127.0.0.1:9' });
  const { frame, prompt, send } = await openPanel();
  await prompt.fill('灯塔');
  await send();
  await frame.getByRole('region', { name: '无法连接 OpenAI-HK', exact: true }).waitFor();
  await frame.locator('.job').filter({ hasText: '灯塔' }).waitFor();
  await inChinese(frame, 'offline', [/ECONNREFUSED[\s\d.:]*|connect ECONNREFUSED[\s\d.:]*/]);
  await workbench.configure({ 'http.proxy': '' });
});

test('a panel that breaks', async () => {
  const { frame } = await openPanel();
  await breakNextDrawing(frame, '桅杆断了');
  await workbench.runCommand('Easel: 移除 API 密钥');
  await frame.getByText('面板出了问题：桅杆断了').waitFor();
  await inChinese(frame, 'broken');
});

test('a panel that could not start', async () => {
  await workbench.runCommand('View: Close All Editors');
  await spoilFirstAnswers(workbench);
  await workbench.runCommand('Easel: 打开面板');
  const frame = await pageOf(workbench);
  await frame.getByText('编辑器未及时响应。请重新加载面板，或查看日志。').waitFor();
  await inChinese(frame, 'not started');
});

test('no folder open', async () => {
  const alone = await startEasel({ locale: 'zh-cn' });
  try {
    const { frame } = await openPanel(alone.workbench);
    await frame.getByRole('region', { name: '未打开文件夹', exact: true }).waitFor();
    await inChinese(frame, 'no folder', [], alone.workbench);
  } finally {
    await alone.close();
  }
});

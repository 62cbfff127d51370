import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Gateway } from '../gateway/gateway.ts';
import { startEasel, type EaselWorkbench } from './easel.ts';
import type { Workbench } from './workbench.ts';

// The same path in Simplified Chinese: what Easel itself says is Chinese, from the palette to the hover.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-chinese-'));
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;

before(async () => {
  easel = await startEasel({ folder, locale: 'zh-cn' });
  ({ gateway, workbench } = easel);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

test('a picture is made in Chinese, and nothing of Easel is left in English', async () => {
  const said: string[] = [];
  await workbench.runCommand('Easel: 生成图片…');
  const key = await workbench.quickInput('OpenAI-HK 的 API 密钥');
  said.push(await key.message());
  await key.type('hk-test-key');
  await workbench.screenshot('zh-key');
  await key.accept();
  const prompt = await workbench.quickInput('图片要画什么？');
  await prompt.type('一只白色的暹罗猫，扁平插画');
  await prompt.waitForMessage(/约 .* 积分 · gpt-image-2 · 1024 × 1024 · 画质：低/);
  await workbench.screenshot('zh-prompt');
  await prompt.accept();
  const size = await workbench.quickInput('尺寸');
  said.push(...(await size.items()));
  await workbench.screenshot('zh-size');
  await size.accept();
  const quality = await workbench.quickInput('画质');
  said.push(...(await quality.items()));
  await workbench.screenshot('zh-quality');
  await quality.accept();
  const made = await workbench.notification('已生成 一只白色的暹罗猫-扁平插画.png');
  said.push(await made.text());
  await workbench.screenshot('zh-done');
  assert.ok(fs.existsSync(path.join(folder, 'assets/一只白色的暹罗猫-扁平插画.png')), fs.readdirSync(path.join(folder, 'assets')).join());
  await made.click('复制路径');
  const hover = await workbench.hoverStatusBar(/积分/);
  said.push(...hover.split('\n').filter((line) => line.trim() !== ''));
  await workbench.screenshot('zh-hover');

  gateway.faultNext('moderation');
  await workbench.runCommand('Easel: 再次生成');
  const refused = await workbench.notification('提示词未通过服务的内容审核');
  // Without what the service itself said, in its own language.
  said.push((await refused.text()).replace(/（服务的说明：.*）/, ''));
  await workbench.screenshot('zh-failure');

  gateway.setFault('no-answer');
  await workbench.runCommand('Easel: 再次生成');
  const status = await workbench.statusBarItem(/正在绘制 · \d+/);
  said.push(await status.innerText(), ...(await workbench.hoverStatusBar(/正在绘制/)).split('\n').filter((line) => line.trim() !== ''));
  await status.click();
  const jobs = await workbench.quickInput('按 Enter 取消');
  said.push(...(await jobs.items()).map((item) => item.replaceAll(/loading~spin/g, '')));
  await workbench.screenshot('zh-jobs');
  await jobs.cancel();
  await workbench.runCommand('Easel: 取消全部任务');
  const asked = await workbench.dialog('要取消全部任务吗？');
  said.push(await asked.text());
  await workbench.screenshot('zh-jobs-cancel-all');
  await asked.click('取消全部任务');
  said.push(await (await workbench.notification('请求发出后才取消')).text());

  // Names and units that are the same in every language.
  const names = /OpenAI-HK|openai-hk|VS Code|gpt-image-2|Easel|API|Escape|Esc|Enter|https?:\S+|www\.\S+|\bauto\b|png|\bAM\b|\bPM\b|\d[\d,.]*K\b|Recommended|\(Press.*\)/g;
  const english = said.map((text) => text.replaceAll(names, '')).filter((text) => /[A-Za-z]{2}/.test(text));
  assert.deepEqual(english, []);
});

import assert from 'node:assert/strict';
import { Uri, workspace } from 'vscode';
import type { Gateway } from '../../gateway/gateway.ts';
import { drawPicture } from '../pictures.ts';
import { configure, easel, openGateway, root } from '../support.ts';
import { openFakePanel, type FakePanel } from './fakePanel.ts';

describe('the composer', () => {
  let gateway: Gateway;
  let panel: FakePanel;
  const art = (name: string): Uri => Uri.joinPath(root(), 'composer', name);
  before(async () => {
    gateway = await openGateway();
    await workspace.fs.createDirectory(art('.'));
    await workspace.fs.writeFile(art('hero.png'), await drawPicture(1024, 768, 'png'));
    const { tools } = await easel();
    for (const key of ['easel.panel.draft', 'easel.lastAnswers']) await tools.memory.workspaceState.update(key, undefined);
    panel = await openFakePanel();
  });
  after(async () => {
    panel.dispose();
    await workspace.fs.delete(art('.'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  it('begins as the settings say, with a kind word for the empty prompt and with what it would cost', () => {
    const { draft, faults, cost, costs, roots, models } = panel.composer();
    assert.deepEqual([draft.prompt, draft.model, draft.size, draft.folder, draft.count], ['', 'gpt-image-2', '1024x1024', 'assets', 1]);
    assert.deepEqual(faults, [{ field: 'prompt', sentence: 'Say what the picture should show.' }]);
    assert.match(cost ?? '', /credits$/);
    assert.equal(Object.keys(costs).length, 30);
    assert.equal(roots.length, 1);
    assert.ok(models.includes('gpt-image-1'));
  });

  it('answers each change with a growing revision', async () => {
    const first = await panel.ask('draft.change', { draft: { prompt: 'A red boat' } });
    const second = await panel.ask('draft.change', { draft: { size: '1024x1024', quality: 'low' } });
    assert.ok(second.revision > first.revision);
    assert.deepEqual([second.draft.prompt, second.draft.size, second.faults, second.namedAfterPrompt], ['A red boat', '1024x1024', [], 'a-red-boat']);
    assert.equal(second.cost, second.costs['1024x1024']);
  });
});

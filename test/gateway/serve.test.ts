import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('serve.ts', import.meta.url));

test('the command line serves until its parent closes the pipe', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', script, '--json', '--quiet', '--key', 'a', '--key', 'b'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { baseUrl, logUrl } = JSON.parse(line.toString()) as { baseUrl: string; logUrl: string };
    assert.match(baseUrl, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    const reply = await fetch(logUrl, {
      method: 'POST',
      headers: { authorization: 'Bearer b', 'content-type': 'application/json' },
      body: '{"start":0,"limit":30}',
    });
    assert.deepEqual(await reply.json(), { data: { logs: [] }, error: 0, error_des: '' });
  } finally {
    child.stdin.end();
  }
  assert.deepEqual(await exited, [0, null]);
});

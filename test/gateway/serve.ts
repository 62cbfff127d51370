import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { startGateway } from './gateway.ts';
import { pictureOfBytes } from './pictures.ts';

const usage = `tsx test/gateway/serve.ts [options]
  --port N           the API's port (0 = a free one)
  --files-port N     the port of the pictures' own origin
  --dialect NAME     openai-hk (default) or openai
  --key KEY          a key it knows; may be given more than once (default hk-test-key)
  --latency MS       how long drawing takes
  --credits N        the opening balance
  --picture-bytes N  serve a PNG of exactly N bytes in place of drawing
  --json             print the addresses as one line of JSON
  --quiet            do not print requests
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'files-port': { type: 'string', default: '0' },
    dialect: { type: 'string', default: 'openai-hk' },
    key: { type: 'string', multiple: true, default: ['hk-test-key'] },
    latency: { type: 'string', default: '0' },
    credits: { type: 'string', default: '1000000' },
    'picture-bytes': { type: 'string' },
    json: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
} else {
  const bytes = values['picture-bytes'];
  const picture = bytes === undefined ? undefined : await pictureOfBytes(Number(bytes));
  const gateway = await startGateway({
    dialect: values.dialect === 'openai' ? 'openai' : 'openai-hk',
    keys: values.key,
    port: Number(values.port),
    filesPort: Number(values['files-port']),
    latencyMs: Number(values.latency),
    credits: Number(values.credits),
    ...(picture && { picture: () => picture }),
    ...(!values.quiet && { log: (line: string) => process.stderr.write(`${line}\n`) }),
  });
  const { baseUrl, filesOrigin, logUrl, usageUrl } = gateway;
  if (values.json) console.log(JSON.stringify({ baseUrl, filesOrigin, logUrl, usageUrl }));
  else console.log(`base URL   ${baseUrl}\npictures   ${filesOrigin}\nusage log  ${logUrl}\nquota      ${usageUrl}\nkeys       ${values.key.join(' ')}`);

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    process.stdin.destroy();
    void gateway.close();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A parent that dies closes its end of the pipe; /dev/null ends at once and says nothing about a parent.
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) process.stdin.on('end', stop).resume();
}

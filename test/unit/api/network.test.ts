import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionOptions, openNetwork, proxyFor, type Environment } from '../../../src/api/network.ts';
import type { ProxySettings } from '../../../src/api/client.ts';
import { FailureError } from '../../../src/images/failure.ts';
import { noProxy, setUp } from './harness.ts';
import { onePixelReply, serve, serveSecurely, startProxy, meetSockets } from './servers.ts';

const settings = (changes: Partial<ProxySettings>): ProxySettings => ({ ...noProxy, ...changes });
const via = (url: string, changes: Partial<ProxySettings>, environment: Environment = {}): string | undefined => proxyFor(new URL(url), settings(changes), environment)?.href;

test('no limit of undici cuts a slow service off', () => {
  // its own defaults are 300 seconds each
  assert.equal(connectionOptions.headersTimeout, 0);
  assert.equal(connectionOptions.bodyTimeout, 0);
  assert.ok(connectionOptions.connect.timeout >= 10_000);
  assert.ok(connectionOptions.keepAliveTimeout > 0);
});

test('the setting comes first, then the environment by the scheme', () => {
  const environment = { HTTPS_PROXY: 'http://secure.example:1', http_proxy: 'http://plain.example:2', ALL_PROXY: 'http://all.example:3' };
  assert.equal(via('https://api.example/', { url: 'http://set.example:9' }, environment), 'http://set.example:9/');
  assert.equal(via('https://api.example/', {}, environment), 'http://secure.example:1/');
  assert.equal(via('http://api.example/', {}, environment), 'http://plain.example:2/');
  assert.equal(via('https://api.example/', {}, { ALL_PROXY: 'socks5h://all.example:3' }), 'socks5://all.example:3');
  assert.equal(via('https://api.example/', {}, { https_proxy: '', HTTPS_PROXY: 'bare.example:8080' }), 'http://bare.example:8080/');
  assert.equal(via('https://api.example/', {}, {}), undefined);
});

test('this computer is not asked for through the environment’s proxy', () => {
  for (const url of ['http://127.0.0.1:1/', 'http://localhost/', 'http://[::1]/']) {
    assert.equal(via(url, {}, { HTTP_PROXY: 'http://p.example' }), undefined);
    assert.equal(via(url, { url: 'http://p.example' }), 'http://p.example/');
  }
});

test('exceptions by name, domain, port and star, from the setting and the environment', () => {
  const out = (entry: string, url = 'https://api.example.com/'): boolean =>
    via(url, { url: 'http://p.example', noProxy: [entry] }) === undefined && via(url, { url: 'http://p.example' }, { NO_PROXY: `other.example, ${entry}` }) === undefined;
  for (const entry of ['*', 'api.example.com', 'example.com', '.example.com', '*.example.com', 'API.Example.com', 'example.com:443']) assert.ok(out(entry), entry);
  for (const entry of ['', 'xample.com', 'example.com:80', 'api.example', 'b.api.example.com']) assert.ok(!out(entry), entry);
  assert.ok(out('::1', 'http://[::1]/') && out('[::1]:8080', 'http://[::1]:8080/') && !out('[::1]:8080', 'http://[::1]/'));
});

test('an address that no proxy can have is a failure, not a way round it', () => {
  for (const url of ['socks4://p.example', 'ftp://p.example', 'http://', '::::']) {
    assert.throws(() => via('https://api.example/', { url }), (error: unknown) => error instanceof FailureError && error.failure.code === 'proxy', url);
  }
});

test('goes through a CONNECT proxy, with its password sent to it alone', async (t) => {
  const seen: (string | undefined)[] = [];
  const port = await serveSecurely(t, (request, response) => {
    seen.push(request.headers['proxy-authorization'], request.headers.authorization);
    response.end(onePixelReply);
  });
  const token = `Basic ${Buffer.from('me:pässword').toString('base64')}`;
  const proxy = await startProxy(t, port, token);
  const ways: Partial<ProxySettings>[] = [
    { url: `http://127.0.0.1:${proxy.port}`, authorization: token },
    { url: `http://me:p%C3%A4ssword@127.0.0.1:${proxy.port}` },
  ];
  for (const way of ways) {
    const bench = setUp(t, { baseUrl: 'https://images.example/v1', proxy: settings({ ...way, strictSSL: false }) });
    assert.equal((await bench.send()).pictures.length, 1);
    assert.doesNotMatch(bench.lines.join('\n'), /ssword|bWU6/);
  }
  const environment = { https_proxy: `http://me:p%C3%A4ssword@127.0.0.1:${proxy.port}` };
  assert.equal((await setUp(t, { baseUrl: 'https://images.example/v1', proxy: settings({ strictSSL: false }), environment }).send()).pictures.length, 1);
  assert.deepEqual(proxy.asked, Array.from({ length: 3 }, () => ({ target: 'images.example:443', authorization: token })));
  assert.deepEqual(seen, Array.from({ length: 3 }, () => [undefined, 'Bearer hk-test-key']).flat());
});

test('plain http to this computer goes through a proxy that is set, and round one that is excepted', async (t) => {
  const baseUrl = await serve(t, (_, response) => response.end(onePixelReply));
  const proxy = await startProxy(t, Number(new URL(baseUrl).port));
  const url = `http://127.0.0.1:${proxy.port}`;
  await setUp(t, { baseUrl, proxy: settings({ url }) }).send();
  assert.equal(proxy.asked.length, 1);
  await setUp(t, { baseUrl, proxy: settings({ url, noProxy: ['127.0.0.1'] }) }).send();
  await setUp(t, { baseUrl, proxy: settings({ url }), environment: { no_proxy: '127.0.0.1' } }).send();
  assert.equal(proxy.asked.length, 1);
});

test('a proxy that is down, refuses, or hangs up is told as the proxy’s fault, and nothing was billed', async (t) => {
  const shut = await meetSockets(t, (socket) => socket.destroy());
  const guarded = await startProxy(t, 1, 'Basic eA==');
  const nowhere = await startProxy(t, 1);
  for (const port of [1, shut, guarded.port, nowhere.port]) {
    const bench = setUp(t, { baseUrl: 'https://images.example/v1', proxy: settings({ url: `http://127.0.0.1:${port}` }) });
    const failure = await bench.failure();
    assert.equal(failure.code, 'proxy', JSON.stringify(failure));
    assert.doesNotMatch('message' in failure ? failure.message : '', /limit/, 'it was asked again and again until the time was up');
    assert.ok(!bench.progress.some((told) => told.stage === 'sent'));
  }
});

test('a certificate that nobody vouches for is refused, unless the user said so', async (t) => {
  let asked = 0;
  const port = await serveSecurely(t, (_, response) => {
    asked++;
    response.end(onePixelReply);
  });
  const baseUrl = `https://127.0.0.1:${port}/v1`;
  const failure = await setUp(t, { baseUrl }).failure();
  assert.deepEqual([failure.code, 'host' in failure && failure.host], ['certificate', `127.0.0.1:${port}`]);
  assert.equal(asked, 0);
  const proxy = await startProxy(t, port);
  const through = settings({ url: `http://127.0.0.1:${proxy.port}` });
  assert.equal((await setUp(t, { baseUrl: 'https://images.example/v1', proxy: through }).failure()).code, 'certificate');
  assert.equal((await setUp(t, { baseUrl, proxy: settings({ strictSSL: false }) }).send()).pictures.length, 1);
});

test('nobody there is unreachable', async (t) => {
  const refused = await setUp(t, { baseUrl: 'http://127.0.0.1:1/v1' }).failure();
  assert.deepEqual([refused.code, 'host' in refused && refused.host], ['unreachable', '127.0.0.1:1']);
  const unknown = await setUp(t, { baseUrl: 'https://nobody.invalid/v1' }).failure();
  assert.equal(unknown.code, 'unreachable');
  const shut = await meetSockets(t, (socket) => socket.destroy());
  assert.equal((await setUp(t, { baseUrl: `https://127.0.0.1:${shut}/v1` }).failure()).code, 'unreachable', 'TLS never came to be');
});

test('one way out is opened once, and closing ends it', async () => {
  const network = openNetwork(noProxy, {});
  const first = network.route(new URL('http://127.0.0.1:1/a')).dispatcher;
  assert.equal(network.route(new URL('http://127.0.0.1:2/b')).dispatcher, first);
  await network.close();
  assert.notEqual(network.route(new URL('http://127.0.0.1:1/a')).dispatcher, first);
  await network.close();
});

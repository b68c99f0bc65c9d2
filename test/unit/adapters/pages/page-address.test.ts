// Pages at addresses: what is loaded, and every way in which a server can fail to give a page.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressPage, type PageLimits } from '../../../../functions/adapters/pages/page-address.ts';
import { pageSource } from '../../../../functions/adapters/pages/page-source.ts';

const LIMITS: PageLimits = { timeoutMs: 20_000, maxBytes: 1024 * 1024, maxRedirects: 3 };
const IMPATIENT: PageLimits = { ...LIMITS, timeoutMs: 300 };
const CHUNK = 'x'.repeat(64 * 1024);

let server: Server;
let at: string;

const ANSWERS: Record<string, RequestListener> = {
  '/': (_, answer) => void answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<img alt="">'),
  '/xhtml': (_, answer) => void answer.writeHead(200, { 'content-type': 'application/xhtml+xml' }).end('<p/>'),
  '/latin': (_, answer) =>
    void answer.writeHead(200, { 'content-type': 'Text/HTML;charset="iso-8859-1"' }).end(Buffer.from('Z\xfcrich', 'latin1')),
  '/moved': (_, answer) => void answer.writeHead(301, { location: '/' }).end('moved'),
  '/round': (_, answer) => void answer.writeHead(302, { location: '/round' }).end(),
  '/nowhere': (_, answer) => void answer.writeHead(302).end(),
  '/file': (_, answer) => void answer.writeHead(302, { location: 'file:///etc/hostname' }).end(),
  '/missing': (_, answer) => void answer.writeHead(404, { 'content-type': 'text/html' }).end('no'),
  '/picture': (_, answer) => void answer.writeHead(200, { 'content-type': 'image/png' }).end('png'),
  '/untyped': (_, answer) => void answer.writeHead(200).end('<p>'),
  '/slow': () => undefined,
  '/drip': (_, answer) => void answer.writeHead(200, { 'content-type': 'text/html' }).write('<p>'),
  '/broken': (_, answer) => void answer.destroy(),
  '/large': (_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/html' });
    for (let i = 0; i < 32; i += 1) answer.write(CHUNK);
    answer.end();
  },
};

beforeAll(async () => {
  server = createServer((request, answer) => ANSWERS[request.url ?? '']?.(request, answer));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

describe('a page at an address', () => {
  it.each([
    ['/', '<img alt="">'],
    ['/xhtml', '<p/>'],
    ['/latin', 'Zürich'],
    ['/moved', '<img alt="">'],
  ])('is loaded: %s', async (path, html) => {
    expect(await addressPage(`${at}${path}`)).toEqual({ name: `${at}${path}`, html });
  });

  it.each([
    ['/round', 'leads on more than 3 times'],
    ['/nowhere', 'was answered with status 302 and no address to go on to'],
    ['/file', 'leads on to file:, which is not followed'],
    ['/missing', 'was answered with status 404'],
    ['/picture', 'is not HTML but image/png'],
    ['/untyped', 'is not HTML but of no stated type'],
    ['/broken', 'cannot be loaded (UND_ERR_SOCKET)'],
    ['/large', 'has more than 1 MB'],
  ])('is told when it does not come: %s', async (path, why) => {
    expect(await addressPage(`${at}${path}`, LIMITS)).toEqual({ name: `${at}${path}`, why });
  });

  it.each(['/slow', '/drip'])('is not waited for without end: %s', async (path) => {
    expect(await addressPage(`${at}${path}`, IMPATIENT)).toEqual({ name: `${at}${path}`, why: 'did not come within 0.3 s' });
  });

  it('is not asked for with a password, and the password is not shown', async () => {
    const { value: page } = await pageSource('.')([at.replace('//', '//me:secret@')])
      [Symbol.asyncIterator]()
      .next();
    expect(page).toMatchObject({ name: `${at}/`, why: expect.stringContaining('name or password') });
  });

  it('has an address, and a server that is there', async () => {
    expect(await addressPage('http://')).toEqual({ name: 'http://', why: 'is not an address' });
    expect(await addressPage('http://127.0.0.1:1/')).toMatchObject({ why: expect.stringMatching(/^cannot be loaded \(/) });
  });
});

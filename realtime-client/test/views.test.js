import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';

import { live, refresh } from './live-page.js';
import { html, page, settled } from './page.js';

const keys = JSON.parse(await readFile(new URL('view-keys.json', import.meta.url), 'utf8'));

test('a key is the path in the words of the server', async (t) => {
  const p = await page(t);
  const { viewKey } = await p.live();
  for (const { path, key } of keys) {
    assert.equal(viewKey(path), key);
    assert.equal(viewKey(key), key);
  }
});

for (const [home, path, key] of [
  ['https://example.org/realtime/client.js', '/note/42', '/note/42'],
  ['https://example.org/app/realtime/client.js', '/app/note/42', '/note/42'],
  ['https://example.org/app/realtime/client.js', '/apple', '/apple'],
  ['https://example.org/a/b/realtime/client.js', '/a/b/', '/'],
  ['https://example.org/assets/bundle.js', '/assets/1', '/assets/1'],
  ['https://example.org/app/realtime/client.js', '/app;v=1/note/42;jsessionid=1A', '/note/42'],
]) {
  test(`the key of ${path} with the client at ${home} is ${key}`, async (t) => {
    const p = await page(t, { home, url: 'https://example.org/realtime' });
    const views = await p.live({ path });
    assert.equal(views.initRealtimeClient().key, key);
  });
}

test('a key that is too long throws', async (t) => {
  const p = await page(t);
  const { initRealtimeClient } = await p.live();
  assert.throws(() => initRealtimeClient({ key: 'é'.repeat(34) }), { code: 'invalid-channel' });
  assert.throws(() => initRealtimeClient({ key: '' }), { code: 'invalid-channel' });
});

test('a render makes the page fetch itself and become what it is told', async (t) => {
  const { p, view, fetches, morphs, location } = await live(t, { respond: () => html('<p>fresh</p>') });
  location.search = '?sort=new';
  assert.deepEqual([view.status, view.clientId], ['connected', 'c']);
  assert.equal(fetches.length, 0);
  await refresh(p, 8);
  assert.equal(fetches.length, 0);
  await p.elapse(1000);
  assert.equal(fetches.length, 1);
  const { url, options } = fetches[0];
  assert.equal(url, '/note/42?sort=new');
  assert.deepEqual(options.headers, { Accept: 'text/html', 'X-Realtime-Refresh': 'true' });
  assert.deepEqual([options.cache, options.redirect, options.credentials], ['no-store', 'manual', undefined]);
  assert.deepEqual(morphs, ['<p>fresh</p>']);
});

test('100 renders at once are fetched a few times, the last of them after the last render', async (t) => {
  let server = 0;
  const { p, fetches, morphs } = await live(t, { respond: () => html(`${server}`) });
  for (let n = 1; n <= 100; n++) {
    server = n;
    await refresh(p, 7 + n);
    await p.elapse(1);
  }
  await p.elapse(5000);
  assert.ok(fetches.length <= 5, `${fetches.length} fetches`);
  assert.equal(morphs.at(-1), '100');
});

test('pages do not all fetch at the same moment', async (t) => {
  const { p, fetches } = await live(t);
  p.dice(0.99);
  await refresh(p, 8);
  await p.elapse(200);
  assert.equal(fetches.length, 0);
  await p.elapse(100);
  assert.equal(fetches.length, 1);
});

test('a fetch that hangs is given up for a newer one, though ever later', async (t) => {
  const answers = [];
  const { p, fetches, morphs } = await live(t, { respond: () => new Promise((resolve) => answers.push(resolve)) });
  for (let n = 1; n <= 60; n++) {
    await refresh(p, 7 + n);
    await p.elapse(100);
  }
  // After 2 s, and after 4 more
  assert.deepEqual(fetches.map(({ options }) => options.signal.aborted), [true, false]);
  await p.elapse(400);
  assert.deepEqual(fetches.map(({ options }) => options.signal.aborted), [true, true, false]);
  answers[0](html('older'));
  await p.elapse(7000);
  assert.deepEqual([fetches.length, morphs], [3, []]);
  answers[2](html('newer'));
  await settled();
  assert.deepEqual(morphs, ['newer']);
  await p.elapse(60_000);
  assert.equal(fetches.length, 3);
});

test('what is rendered while the page is being fetched is fetched right after it', async (t) => {
  const answers = [];
  const { p, fetches, morphs } = await live(t, { respond: () => new Promise((resolve) => answers.push(resolve)) });
  await refresh(p, 8);
  await p.elapse(1000);
  await refresh(p, 9);
  await refresh(p, 10);
  await p.elapse(500);
  assert.equal(fetches.length, 1);
  answers[0](html('older'));
  await p.elapse(300);
  assert.deepEqual([fetches.length, morphs], [2, ['older']]);
  answers[1](html('newer'));
  await p.elapse(60_000);
  assert.deepEqual([fetches.length, morphs], [2, ['older', 'newer']]);
});

for (const [what, response] of [
  ['401', html('no', { status: 401 })],
  ['404', html('no', { status: 404 })],
  ['500', html('no', { status: 500 })],
  ['503', html('no', { status: 503 })],
  ['204', new Response(null, { status: 204 })],
  ['JSON', html('{}', { type: 'application/json' })],
]) {
  test(`${what} leaves the page as it is`, async (t) => {
    const { p, fetches, morphs, location } = await live(t, { respond: () => response });
    await refresh(p, 8);
    await p.elapse(60_000);
    assert.deepEqual([fetches.length, morphs.length, location.reloads], [1, 0, 0]);
    assert.deepEqual(p.reported, []);
  });
}

test('a redirect is followed by the browser', async (t) => {
  const redirect = { type: 'opaqueredirect', status: 0, ok: false, headers: new Headers() };
  const { p, morphs, location } = await live(t, { respond: () => redirect });
  await refresh(p, 8);
  await p.elapse(1000);
  assert.deepEqual([morphs.length, location.reloads], [0, 1]);
});

test('the hook sees the response, and false stops', async (t) => {
  const seen = [];
  let answer;
  const handleResponse = async (response) => {
    seen.push(response.status);
    if (answer === 'throw') throw new Error('hook');
    return answer;
  };
  const respond = () => html('fresh', { status: 200 });
  const { p, morphs } = await live(t, { respond }, { handleResponse });
  for (const [n, value] of [undefined, false, null, 'throw', true].entries()) {
    answer = value;
    await refresh(p, 8 + n);
    await p.elapse(1000);
  }
  assert.deepEqual(seen.slice(0, 5), [200, 200, 200, 200, 200]);
  assert.equal(morphs.length, 3);
  assert.deepEqual(p.reported.map(({ message }) => message), ['hook']);
});

test('a fetch that fails on the way is tried again', async (t) => {
  let fails = 2;
  const respond = () => (fails-- > 0 ? Promise.reject(new TypeError('Failed to fetch')) : html('fresh'));
  const { p, fetches, morphs } = await live(t, { respond });
  await refresh(p, 8);
  await p.elapse(5000);
  assert.deepEqual([fetches.length, morphs], [3, ['fresh']]);
  assert.deepEqual(p.reported, []);
});

test('what was rendered while the page was away shows after its return, and what was not is not fetched', async (t) => {
  const { p, fetches } = await live(t);
  const back = async (reply, ...more) => {
    await p.socket.drop();
    await p.elapse(20_000);
    await p.socket.accept();
    assert.ok(p.socket.last('subscribe', '/note/42').since);
    await p.socket.subscribed('/note/42', reply, ...more);
    await p.elapse(1000);
    return fetches.length;
  };
  assert.equal(await back({ offset: 7, recovered: true }), 0);
  assert.equal(await back({ offset: 8, recovered: true }, { type: 'refresh', channel: '/note/42', offset: 8 }), 1);
  assert.equal(await back({ offset: 9, recovered: true }, { type: 'message', channel: '/note/42', offset: 9 }), 1);
  assert.equal(await back({ offset: 500, recovered: false }), 2);
  assert.equal(await back({ offset: 500, epoch: 'other', recovered: false }), 3);
});

test('a fetch that failed while the page was away is made after its return', async (t) => {
  let online = false;
  const respond = () => (online ? html('fresh') : Promise.reject(new TypeError('Failed to fetch')));
  const { p, morphs } = await live(t, { respond });
  await refresh(p, 8);
  await p.elapse(300);
  await p.socket.drop();
  await p.elapse(20_000);
  online = true;
  assert.deepEqual(morphs, []);
  await p.socket.accept();
  await p.socket.subscribed('/note/42', { offset: 8, recovered: true });
  await p.elapse(1000);
  assert.deepEqual(morphs, ['fresh']);
});

test('a page that says what it shows gets what came after', async (t) => {
  const p = await page(t);
  const { initRealtimeClient, fetches } = await p.live();
  initRealtimeClient({ since: { epoch: 'e', offset: 5 } });
  await settled();
  await p.socket.accept();
  assert.deepEqual(p.socket.last('subscribe', '/note/42').since, { epoch: 'e', offset: 5 });
  await p.socket.subscribed('/note/42', { offset: 9, recovered: false });
  await p.elapse(1000);
  assert.equal(fetches.length, 1);
});

test('a page that the browser had kept is fetched once', async (t) => {
  const { p, fetches } = await live(t, { navigation: 'back_forward' });
  await p.elapse(5000);
  assert.equal(fetches.length, 1);
});

import assert from 'node:assert/strict';
import test from 'node:test';

import { live, refresh } from './live-page.js';
import { html, page, settled } from './page.js';

test('what is pushed goes into its element, and over what was being fetched then', async (t) => {
  const answers = [];
  const element = {};
  const respond = () => new Promise((resolve) => answers.push(resolve));
  const { p, fetches, morphs } = await live(t, { respond, page: { elements: { '#note': element } } });
  const push = (offset, target, text) => p.socket.push({ type: 'html', channel: '/note/42', offset, target, html: text });
  await push(8, '#note', 'one');
  await push(9, '#note', 'two');
  assert.deepEqual(morphs.splice(0), [[element, 'one'], [element, 'two']]);
  await refresh(p, 10);
  await p.elapse(1000);
  await push(11, '#note', 'three');
  await push(12, '#note', 'four');
  assert.deepEqual(morphs.splice(0), [[element, 'three'], [element, 'four']]);
  answers[0](html('older'));
  await p.elapse(1000);
  assert.deepEqual(morphs.splice(0), ['older', [element, 'four']]);
  await refresh(p, 13);
  await p.elapse(1000);
  answers[1](html('newer'));
  await p.elapse(1000);
  assert.deepEqual(morphs.splice(0), ['newer']);
  assert.equal(fetches.length, 2);
});

test('what is pushed all the time does not keep a page from becoming fresh', async (t) => {
  for (const elements of [{ '#note': {} }, {}]) {
    const answers = [];
    const respond = () => new Promise((resolve) => answers.push(resolve));
    const { p, view, fetches, morphs } = await live(t, { respond, page: { elements } });
    await refresh(p, 8);
    for (let n = 9; n < 39; n++) {
      await p.elapse(100);
      if (n % 5 === 0) answers.at(-1)?.(html('fresh'));
      await p.socket.push({ type: 'html', channel: '/note/42', offset: n, target: '#note', html: 'pushed' });
    }
    assert.ok(morphs.includes('fresh'));
    assert.ok(fetches.every(({ options }) => !options.signal.aborted));
    view.disconnect();
  }
});

test('what is pushed to an element that is not here makes the page fetch itself', async (t) => {
  const { p, fetches } = await live(t);
  await p.socket.push({ type: 'html', channel: '/note/42', offset: 8, target: '#other', html: '<p id="other">' });
  await p.elapse(1000);
  assert.equal(fetches.length, 1);
});

test('a call that renders the page is followed by one fetch, at once', async (t) => {
  const { p, fetches, call } = await live(t);
  call('note.edit');
  await settled();
  const command = p.socket.commands.at(-1);
  assert.equal(command.view, '/note/42');
  await p.socket.push(
    { type: 'result', id: command.id, data: null, rendered: ['/other', '/note/42'] },
    { type: 'position', channel: '/note/42', offset: 8 },
  );
  await p.elapse(0);
  assert.equal(fetches.length, 1);
  call('other.edit');
  await settled();
  await p.socket.push({ type: 'result', id: p.socket.commands.at(-1).id, data: null, rendered: ['/other'] });
  await p.elapse(5000);
  assert.equal(fetches.length, 1);
});

test('many calls that render the page do not make it fetch all the time', async (t) => {
  const { p, fetches, call } = await live(t);
  for (let n = 0; n < 50; n++) {
    call('note.edit');
    await settled();
    await p.socket.push({ type: 'result', id: p.socket.commands.at(-1).id, data: null, rendered: ['/note/42'] });
    await p.elapse(20);
  }
  assert.ok(fetches.length <= 4, `${fetches.length} fetches in a second`);
  await p.elapse(1000);
  const { length } = fetches;
  await p.elapse(5000);
  assert.equal(fetches.length, length);
});

test('a call that was lost may have rendered the page', async (t) => {
  const { p, fetches, call } = await live(t);
  const lost = assert.rejects(call('note.edit'), { code: 'disconnected' });
  await settled();
  await p.socket.drop();
  await lost;
  await p.elapse(20_000);
  assert.equal(fetches.length, 1);
  // It may have gone on until then
  await p.socket.accept();
  await p.socket.subscribed('/note/42', { offset: 8, recovered: true }, { type: 'position', channel: '/note/42', offset: 8 });
  await p.elapse(1000);
  assert.equal(fetches.length, 2);
  await p.elapse(5000);
  assert.equal(fetches.length, 2);
});

test('the page follows the History API to its new key', async (t) => {
  const { p, view, fetches, morphs, location } = await live(t);
  history.pushState(null, '', '/note/42?sort=old');
  assert.equal(view.key, '/note/42');
  history.pushState(null, '', '/note/43');
  assert.deepEqual([view.key, view.status], ['/note/43', 'connecting']);
  await settled();
  assert.ok(p.socket.last('unsubscribe', '/note/42'));
  await p.socket.subscribed('/note/43', { offset: 3 });
  await p.elapse(1000);
  assert.deepEqual(fetches.map(({ url }) => url), ['/note/43']);
  await refresh(p, 8, '/note/42');
  await p.elapse(1000);
  assert.equal(fetches.length, 1);
  await refresh(p, 4, '/note/43');
  location.pathname = '/note/42';
  await p.fire('popstate');
  assert.equal(view.key, '/note/42');
  await p.elapse(1000);
  assert.equal(morphs.length, 1);
});

test('a page with a key of its own stays there', async (t) => {
  const { view } = await live(t, {}, { key: 'board 1' });
  assert.equal(view.key, 'board%201');
  history.replaceState(null, '', '/elsewhere');
  assert.equal(view.key, 'board%201');
});

test('what is fetched for a page that has moved on is not shown', async (t) => {
  const answers = [];
  const { p, morphs } = await live(t, { respond: () => new Promise((resolve) => answers.push(resolve)) });
  await refresh(p, 8);
  await p.elapse(1000);
  history.pushState(null, '', '/note/42?sort=old');
  answers[0](html('old'));
  await p.elapse(1000);
  assert.deepEqual(morphs, []);
  answers[1](html('new'));
  await settled();
  assert.deepEqual(morphs, ['new']);
});

test('a form that goes to the server says which page it comes from, and others do not', async (t) => {
  const { p, view } = await live(t);
  assert.deepEqual(view.headers, { 'X-Realtime-Client': 'r' });
  let base = 'https://example.org/note/42';
  const sent = async (attributes, button) => {
    const formData = new Map();
    const target = { getAttribute: (name) => attributes[name] ?? null };
    location.href = 'https://example.org/note/42';
    document.baseURI = base;
    if (button) await p.fire('submit', { submitter: { form: target, getAttribute: (name) => button[name] ?? null } });
    await p.fire('formdata', { target, formData });
    return formData.get('_realtimeClient');
  };
  assert.equal(await sent({ method: 'post', action: '/note/42' }), 'r');
  assert.equal(await sent({ method: 'POST' }), 'r');
  assert.equal(await sent({ method: 'post', action: 'https://elsewhere.org/' }), undefined);
  assert.equal(await sent({ method: 'get', action: '/search' }), undefined);
  assert.equal(await sent({ action: '/search' }), undefined);
  assert.equal(await sent({ method: 'post' }, { formaction: '/elsewhere' }), 'r');
  assert.equal(await sent({ method: 'post' }, { formaction: 'https://elsewhere.org/' }), undefined);
  assert.equal(await sent({ method: 'post' }, { formmethod: 'get' }), undefined);
  assert.equal(await sent({ method: 'post' }), 'r');
  base = 'https://elsewhere.org/';
  assert.equal(await sent({ method: 'post', action: '/note/42' }), undefined);
  assert.equal(await sent({ method: 'post' }, { formaction: 'save' }), undefined);
  assert.equal(await sent({ method: 'post' }), 'r');
  assert.equal(await sent({ method: 'post', action: 'https://example.org/' }), 'r');
  view.disconnect();
  assert.equal(await sent({ method: 'post' }), undefined);
});

test('a page that is refused says so, and one that is disconnected does nothing more', async (t) => {
  const p = await page(t);
  const { initRealtimeClient, fetches } = await p.live();
  const errors = [];
  const view = initRealtimeClient({ onError: ({ code }) => errors.push(code) });
  await settled();
  await p.socket.accept();
  await p.socket.refuse(p.socket.last('subscribe', '/note/42'), 'forbidden');
  assert.deepEqual([errors, view.status], [['forbidden'], 'disconnected']);
  view.refresh();
  await p.elapse(1000);
  assert.equal(fetches.length, 0);
});

test('a field that was left alone is fetched once it is left', async (t) => {
  const { p, fetches } = await live(t);
  globalThis.fieldsLeft();
  await p.elapse(1000);
  assert.equal(fetches.length, 1);
});

test('a second view takes the place of the first', async (t) => {
  const { p, view, fetches, initRealtimeClient } = await live(t);
  const second = initRealtimeClient({ key: 'second' });
  assert.deepEqual([view.status, second.status], ['disconnected', 'connecting']);
  await settled();
  await p.socket.subscribed('second');
  await refresh(p, 8);
  await p.elapse(1000);
  assert.equal(fetches.length, 0);
  await refresh(p, 1, 'second');
  await p.elapse(1000);
  assert.equal(fetches.length, 1);
});

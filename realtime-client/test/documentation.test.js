import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';

import { page } from './page.js';
import { Server } from './server.js';

// The blocks that need a server of Java are run by DocumentationTests of the sample application.

test('the score of docs/client.md is the title of every page', async (t) => {
  const text = await readFile(new URL('../../docs/client.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, block]) => block);
  const script = blocks.find((block) => block.includes('syncedState')).replace(/^import .*;$/m, '');
  const server = new Server();
  const p = await page(t, { server });
  server.set('board_42', { score: 6 });
  const run = new Function('syncedState', 'document', `return (async () => {${script}})()`);
  const [one, other] = [{}, {}];
  const done = [run(p.syncedState, one), run((await p.another()).syncedState, other)];
  assert.equal(one.title, 'Score: 1');
  await p.elapse(1000);
  await Promise.all(done);
  assert.deepEqual([one.title, other.title], ['Score: 8', 'Score: 8']);
});

test('the watched board of docs/client.md draws what is there, and what is painted', async (t) => {
  const text = await readFile(new URL('../../docs/client.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, block]) => block);
  const script = blocks.find((block) => block.includes('watchState')).replace(/^import .*;$/gm, '');
  const server = new Server();
  const p = await page(t, { server });
  server.set('board_42', { '1,1': 'blue' });
  const drawn = new Map();
  const draw = (key, value) => drawn.set(key, value);
  new Function('syncedState', 'watchState', 'draw', script)(p.syncedState, p.watchState, draw);
  await p.elapse(1000);
  assert.deepEqual([...drawn].sort(), [['1,1', 'blue'], ['3,4', 'red']]);
});

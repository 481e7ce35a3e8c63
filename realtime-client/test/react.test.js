import assert from 'node:assert/strict';
import test from 'node:test';

import { createElement } from 'react';
import { renderToString } from 'react-dom/server';

import { useChannel, useSyncedState } from '../react.js';

// What is mounted is tested in a browser: ReactTests of the sample application.

test('rendered on a server it is what it is at first, and connects nothing', () => {
  const sockets = [];
  globalThis.WebSocket = class {
    constructor(url) {
      sockets.push(url);
    }
  };
  function Board() {
    const [score, , { status }] = useSyncedState(7, 'score', 'board_42');
    const channel = useChannel({ channel: 'board_42', onMessage: () => {}, onPresence: () => {} });
    return `${score} ${status} ${channel.status}`;
  }
  assert.equal(renderToString(createElement(Board)), '7 syncing connecting');
  assert.deepEqual(sockets, []);
});

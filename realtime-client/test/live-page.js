// A page that the server has rendered and renders again.

import { page, settled } from './page.js';

/** A live page whose channel is subscribed. */
export async function live(t, { page: environment, offset = 7, ...how } = {}, options = {}) {
  const p = await page(t, environment);
  const views = await p.live(how);
  const view = views.initRealtimeClient(options);
  await settled();
  await p.socket.accept();
  await p.socket.subscribed(view.key, { offset });
  return { p, view, ...views };
}

export function refresh(p, offset, channel = '/note/42') {
  return p.socket.push({ type: 'refresh', channel, offset });
}

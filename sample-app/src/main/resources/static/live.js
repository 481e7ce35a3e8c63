import { connectRealtime, isRealtimeConnected, syncedState } from '/realtime/client.js';

/** Keeps an element as fresh as its channel. It says itself which one, and at which position it was rendered. */
export function live(element, { onMessage, onState }) {
  const { channel, epoch, offset, state } = element.dataset;
  let ready = Promise.resolve();
  const refresh = () => (ready = ready.then(() => fetchState(state)).then(onState));

  connectRealtime({
    channel,
    since: { epoch, offset: Number(offset) },
    onMessage: (message) => ready.then(() => onMessage(message)),
    onGap: refresh,
  });
  return { refresh, isConnected: () => isRealtimeConnected(channel) };
}

/** Shows a value of a channel's state. Until it is known the page shows what the server rendered. */
export function follow(options, show) {
  const shown = (value, status) => status === 'synced' && show(value);
  syncedState(options).subscribe(shown, { status: true });
}

async function fetchState(url) {
  for (;;) {
    try {
      const response = await fetch(url, { cache: 'no-store' });
      if (response.ok) return await response.json();
    } catch {} // the server may be on its way up
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

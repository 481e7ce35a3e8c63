import { connectRealtime } from '/realtime/client.js';
import { announce } from '/announce.js';
import { plural, showTime } from '/show.js';

const status = document.querySelector('.status');
const ticker = document.querySelector('.ticker');
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

connectRealtime({
  channel: 'ticker',
  onConnect: () => showStatus('live', 'Live'),
  onDisconnect: () => showStatus('lost', 'Reconnecting…'),
  onError(error) {
    // Somebody has signed out, perhaps in another window: what this one may still show, the server knows
    if (error.code === 'unauthenticated') location.reload();
    else showStatus('lost', error.message);
  },
  onMessage: ({ time, windows }) => {
    ticker.querySelector('time').dateTime = time;
    showTime(ticker.querySelector('time'), clock);
    ticker.querySelector('.windows').textContent = windows;
    ticker.querySelector('.noun').textContent = plural(windows, 'window');
  },
});

function showStatus(name, text) {
  const before = status.dataset.status;
  status.dataset.status = name;
  status.firstElementChild.textContent = text;
  if (name === 'lost') announce('status', 'Connection lost.');
  else if (before === 'lost') announce('status', 'Connected again.');
}

const announcer = document.querySelector('#announcer');
let pending = new Map();

/** Tells a screen reader, not more often than every two seconds, and of each topic only the latest. */
export function announce(topic, text) {
  if (pending.size === 0) setTimeout(speak, 2000);
  pending.set(topic, text);
}

function speak() {
  announcer.textContent = [...pending.values()].join(' ');
  pending = new Map();
}

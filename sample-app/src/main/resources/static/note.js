import { call, initRealtimeClient } from '/realtime/views.js';

const { epoch, offset } = document.querySelector('main').dataset;

initRealtimeClient({ since: { epoch, offset: Number(offset) } });

const form = document.querySelector('.write');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const fault = form.querySelector('.fault');
  try {
    await call('note.edit', { id: Number(form.dataset.note), text: form.elements.text.value });
    fault.textContent = '';
  } catch (error) {
    fault.textContent = error.message;
  }
});

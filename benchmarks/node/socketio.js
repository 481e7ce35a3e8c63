// Socket.IO, as its documentation has it: a room for each channel; with REDIS_PORT through its Redis adapter. What the
// reconnect storm needs, connection state recovery, is on where RECOVERY is set (the Redis adapter can't do it).

import { Server } from 'socket.io';
import { control } from './control.js';

const { PORT, REDIS_PORT, RECOVERY } = process.env;
const options = {};
if (RECOVERY) options.connectionStateRecovery = {};
if (REDIS_PORT) {
  const { createAdapter } = await import('@socket.io/redis-adapter');
  const { createClient } = await import('redis');
  const client = createClient({ url: `redis://127.0.0.1:${REDIS_PORT}` });
  const listener = client.duplicate();
  await Promise.all([client.connect(), listener.connect()]);
  options.adapter = createAdapter(client, listener);
}

const io = new Server(options);
io.on('connection', (socket) => {
  socket.on('join', (channel) => socket.join(channel));
});
io.listen(Number(PORT));

control((channel, message) => io.to(channel).emit('message', message));

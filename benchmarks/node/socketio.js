// Socket.IO, as its documentation has it: a room for each channel; with REDIS_PORT through its Redis adapter. What the
// reconnect storm needs, connection state recovery (the Redis adapter can't do it) and as long an accept queue as ours,
// is on where RECOVERY is set.

import { createServer } from 'node:http';
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

const server = createServer();
const io = new Server(server, options);
io.on('connection', (socket) => {
  socket.on('join', (channel) => socket.join(channel));
});
server.listen({ port: Number(PORT), backlog: RECOVERY ? 4096 : undefined });

control((channel, message) => io.to(channel).emit('message', message));

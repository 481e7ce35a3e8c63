// ws, as its README has it: a loop over who is there.

import { WebSocket, WebSocketServer } from 'ws';
import { control } from './control.js';

const channels = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.env.PORT) });

server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const channel = data.toString();
    if (!channels.has(channel)) channels.set(channel, new Set());
    channels.get(channel).add(socket);
    socket.on('close', () => channels.get(channel).delete(socket));
  });
});

control((channel, data) => {
  const message = JSON.stringify({ channel, data });
  for (const socket of channels.get(channel) ?? []) {
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
  }
});

// The control port, as ControlPort.java describes it.

import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const digits = (number, count) => String(number).padStart(count, '0');

// As Mark.java writes it
function mark(run, channel, sequence, due, size) {
  const head = `#${digits(run, 4)}${digits(channel, 4)}${digits(sequence, 8)}${digits(due, 18)}${digits(size, 5)}`;
  return `${head}${'x'.repeat(size - 41)}$`;
}

const now = () => process.hrtime.bigint();

/**
 * @param {(channel: string, message: {text: string}) => void} publish sends a message to all subscribers of a channel
 */
export function control(publish) {
  const commands = {
    publish([run, first, channels, count, sizes, rate], done) {
      [run, first, channels, count, rate] = [run, first, channels, count, rate].map(Number);
      sizes = sizes.split(',').map(Number);
      const start = now();
      let sent = 0;
      const send = () => {
        while (sent < count) {
          const due = start + (rate === 0 ? 0n : BigInt(Math.floor((sent * 1e9) / rate)));
          const left = Number(due - now()) / 1e6;
          if (left > 0) return setTimeout(send, left);
          const channel = first + (sent % channels);
          const text = mark(run, channel, Math.floor(sent / channels), due, sizes[sent % sizes.length]);
          sent++;
          publish(`c${channel}`, { text });
          // What is due late gives way to what else waits, or a server that is behind would never write
          if (rate !== 0 && sent < count) return setImmediate(send);
        }
        done('done');
      };
      send();
    },
    gc(_, done) {
      globalThis.gc();
      done(`done ${process.memoryUsage().heapUsed}`);
    },
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      const [name, ...words] = line.split(' ');
      const command = commands[name];
      const done = (answer) => socket.write(`${answer}\n`);
      if (command) command(words, done);
      else done(`error: no ${name} here`);
    });
  });
  server.listen(Number(process.env.CONTROL_PORT), '127.0.0.1');
}

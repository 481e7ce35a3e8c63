// A server that answers by itself: channels and their state as docs/protocol.md has them, on one broker and two nodes,
// over connections that are slow and break. Its random decisions come from the `random` option.

const MINUTES = 60_000;

export class Server {
  channels = new Map();
  sockets = [];
  epochs = 0;

  /**
   * Tests replace the application's handlers `resolve`, `load`, `refuse` and `replace`, and `trouble`, which decides when
   * and how the broker fails.
   */
  constructor({ random = () => 0, delay = 0, history = 100, rate = Infinity, burst = Infinity } = {}) {
    Object.assign(this, { random, delay, history, rate, burst });
    this.resolve = undefined;
    this.load = () => undefined;
    this.refuse = () => undefined;
    this.replace = (command) => command.value;
    this.trouble = () => undefined;
    const server = this;
    this.WebSocket = class extends Socket {
      constructor() {
        super(server);
      }
    };
  }

  get open() {
    return this.sockets.filter(({ readyState }) => readyState === 1);
  }

  randomInt(most) {
    return Math.floor(this.random() * (most + 1));
  }

  channel(name) {
    if (!this.channels.has(name)) this.channels.set(name, new Channel(this, name));
    return this.channels.get(name);
  }

  /** The map of a channel as an object. */
  state(name) {
    return this.channel(name).state();
  }

  /** The application changes keys, in one step. */
  set(name, changes) {
    const channel = this.channel(name);
    const entries = Object.entries(changes).map(([key, value]) => {
      return value === undefined ? { key, deleted: true } : { key, value };
    });
    if (entries.length === 1) channel.publish({ type: 'state', ...entries[0] });
    else channel.publish({ type: 'state', changes: entries });
  }

  send(name, data) {
    this.channel(name).publish({ type: 'message', data });
  }

  /** What numbers the channel is lost, and with it all there was. */
  wipe(name) {
    this.channel(name).begin();
    this.resync(name);
  }

  resync(name) {
    for (const socket of this.open) {
      if (socket.subscriptions.delete(name)) socket.push({ type: 'unsubscribed', channel: name, code: 'resync' });
    }
  }
}

class Channel {
  constructor(server, name) {
    this.server = server;
    this.name = name;
    this.nodes = [0, 0]; // when the last publication reaches each
    this.begin();
  }

  begin() {
    this.epoch = `e${++this.server.epochs}`;
    this.offset = 0;
    this.kept = [];
    this.map = new Map();
    this.ops = new Map();
    /** What was carried out, in order. */
    this.log = [];
  }

  state() {
    return Object.fromEntries([...this.map].map(([key, { value }]) => [key, value]));
  }

  publish(publication) {
    const { server, epoch } = this;
    const offset = ++this.offset;
    for (const { key, value, deleted } of publication.changes ?? [publication]) {
      if (deleted) this.map.delete(key);
      else if (publication.type === 'state') this.map.set(key, { value, offset });
    }
    const frame = { ...publication, channel: this.name, offset };
    this.kept = [...this.kept, frame].slice(-server.history || Infinity);
    if (!server.history) this.kept = [];
    this.nodes.forEach((due, node) => {
      this.nodes[node] = Math.max(due, Date.now() + server.randomInt(server.delay));
      setTimeout(() => this.deliver(frame, node, epoch), this.nodes[node] - Date.now());
    });
    return offset;
  }

  deliver(frame, node, epoch) {
    for (const socket of this.server.open) {
      const subscription = socket.subscriptions.get(this.name);
      if (socket.node !== node || !subscription || subscription.epoch !== epoch) continue;
      if (frame.offset <= subscription.offset) continue;
      subscription.offset = frame.offset;
      socket.push(frame);
    }
  }

  /** What keys mean for a client; what can be loaded is there then. */
  names(socket, keys = []) {
    const { resolve, load } = this.server;
    if (!resolve) return undefined;
    return Object.fromEntries(keys.map((key) => {
      const name = resolve(key, socket.clientId);
      const value = name !== null && !this.map.has(name) ? load(name) : undefined;
      if (value !== undefined) this.publish({ type: 'state', key: name, value });
      return [key, name];
    }));
  }

  subscribe(socket, { since, state, keys }) {
    if (socket.subscriptions.has(this.name)) return { type: 'error', code: 'already-subscribed' };
    const names = state ? this.names(socket, keys) : undefined;
    const { epoch, offset } = this;
    const missed = since?.epoch === epoch ? offset - since.offset : -1;
    const recovered = missed >= 0 && missed <= this.kept.length;
    socket.subscriptions.set(this.name, { epoch, offset });
    const reply = { type: 'subscribed', channel: this.name, epoch, offset };
    if (since) reply.recovered = recovered;
    if (state && !recovered) reply.state = this.state();
    if (names) reply.keys = names;
    return [reply, ...(recovered && missed ? this.kept.slice(-missed) : [])];
  }

  snapshot(socket, { keys }) {
    if (!socket.subscriptions.has(this.name)) return { type: 'error', code: 'not-subscribed' };
    const names = this.names(socket, keys);
    const { name: channel, epoch, offset } = this;
    const wanted = keys && Object.values(names ?? {});
    const state = Object.fromEntries(Object.entries(this.state()).filter(([key]) => wanted?.includes(key) ?? true));
    return { type: 'snapshot', channel, epoch, offset, state, ...(names && { keys: names }) };
  }

  /** A repeated `op` gets the first answer, and changes nothing. */
  change(socket, command) {
    const { server, ops } = this;
    const { op, expect } = command;
    if (expect !== undefined && !socket.subscriptions.has(this.name)) return { type: 'error', code: 'not-subscribed' };
    const now = Date.now();
    for (const [old, { time }] of ops) if (now - time > 5 * MINUTES) ops.delete(old);
    const trouble = server.trouble(command);
    if (trouble === 'before') return { type: 'error', code: 'unavailable' };
    const answer = ops.get(op)?.answer ?? this.carryOut(socket, command);
    if (op && !ops.has(op)) ops.set(op, { answer, time: now });
    return trouble === 'after' ? { type: 'error', code: 'timeout' } : answer;
  }

  carryOut(socket, command) {
    const { type, by, op, expect } = command;
    const key = this.server.resolve?.(command.key, socket.clientId) ?? command.key;
    const old = this.map.get(key);
    const code = this.server.refuse(command);
    if (code) return { type: 'error', code, message: `refused: ${code}` };
    const met = expect === undefined || (expect ? old && old.offset <= expect : !old);
    if (!met) {
      const current = old && { value: old.value };
      return { type: 'error', code: 'conflict', message: 'changed', current, offset: old?.offset ?? this.offset };
    }
    let { value } = command;
    if (type === 'increment') {
      if (old && typeof old.value !== 'number') return { type: 'error', code: 'invalid-data', message: 'not a number' };
      value = (old?.value ?? 0) + by;
    } else if (type === 'set') value = this.server.replace(command);
    this.log.push({ type, key, op, by, value });
    const change = type === 'remove' ? { deleted: true } : { value };
    const offset = this.publish({ type: 'state', key, ...change, from: socket.clientId, op });
    return { type: 'ack', offset, ...(type !== 'remove' && { value }) };
  }
}

let clients = 0;

class Socket {
  readyState = 0;
  /** Every command that has reached the server. */
  commands = [];
  subscriptions = new Map();
  clientId = `c${++clients}`;
  arrives = 0;
  departs = 0;
  refused = 0;

  constructor(server) {
    this.server = server;
    this.node = server.randomInt(1);
    this.queues = new Map();
    this.tokens = server.burst;
    this.taken = Date.now();
    server.sockets.push(this);
    setTimeout(() => this.accept(), server.randomInt(server.delay));
  }

  accept() {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.onopen?.({});
    const { clientId } = this;
    this.push({ type: 'welcome', clientId, resume: clientId, heartbeat: 25_000, frameSize: 65_536 });
    this.ping();
  }

  ping() {
    setTimeout(() => {
      if (this.readyState !== 1) return;
      this.push({ type: 'ping' });
      this.ping();
    }, 25_000);
  }

  /** Of the client: on its way to the server, and gone there where the connection breaks before. */
  send(frame) {
    if (this.readyState === 0) throw new Error('Still connecting');
    if (this.readyState !== 1) return;
    this.departs = Math.max(this.departs, Date.now() + this.server.randomInt(this.server.delay));
    const lines = frame.split('\n').map((line) => JSON.parse(line));
    setTimeout(() => !this.deaf && lines.forEach((line) => this.receive(line)), this.departs - Date.now());
  }

  /** Of the client, which hears no more; what is under way is carried out. */
  close() {
    this.readyState = 3;
  }

  /** Of the network: what is under way to the server may get there, nothing gets back. */
  cut(code = 1006) {
    if (this.readyState > 1) return;
    this.readyState = 3;
    this.deaf = this.server.random() < 0.5;
    this.onclose?.({ code, reason: '' });
  }

  /** Of the server: frames on their way to the client, in order. */
  push(...frames) {
    this.arrives = Math.max(this.arrives, Date.now() + this.server.randomInt(this.server.delay));
    setTimeout(() => {
      if (this.readyState === 1) this.onmessage?.({ data: frames.map((frame) => JSON.stringify(frame)).join('\n') });
    }, this.arrives - Date.now());
  }

  receive(command) {
    const { id, type, channel } = command;
    this.commands.push(command);
    if (!this.granted()) {
      if (this.refused > this.server.burst) this.cut(4429);
      else this.push({ type: 'error', id, code: 'rate-limited', message: 'Too many commands' });
    } else if (type === 'resume') this.push({ type: 'resumed', id, clientId: this.clientId });
    else if (channel) this.inOrder(command);
  }

  granted() {
    const { rate, burst } = this.server;
    if (rate === Infinity) return true;
    const now = Date.now();
    this.tokens = Math.min(burst, this.tokens + ((now - this.taken) * rate) / 1000);
    this.taken = now;
    if (this.tokens === burst) this.refused = 0;
    if (this.tokens < 1) {
      this.refused++;
      return false;
    }
    this.tokens--;
    return true;
  }

  /** One command of a channel after the other, as fast as the broker is. A reply may come before its publication. */
  inOrder(command) {
    const queue = this.queues.get(command.channel) ?? [];
    this.queues.set(command.channel, queue);
    if (queue.push(command) === 1) this.next(queue);
  }

  next(queue) {
    const { server } = this;
    setTimeout(() => {
      const { id, ...command } = queue[0];
      const replies = [this.execute(command)].flat();
      const ordered = command.type === 'subscribe' || command.type === 'unsubscribe';
      const reply = () => {
        this.push({ ...replies[0], id }, ...replies.slice(1));
        queue.shift();
        if (queue.length) this.next(queue);
      };
      if (ordered) reply();
      else setTimeout(reply, server.randomInt(server.delay));
    }, server.randomInt(server.delay));
  }

  execute(command) {
    const channel = this.server.channel(command.channel);
    switch (command.type) {
      case 'subscribe':
        return channel.subscribe(this, command);
      case 'snapshot':
        return channel.snapshot(this, command);
      case 'unsubscribe':
        this.subscriptions.delete(channel.name);
        return { type: 'unsubscribed', channel: channel.name };
      default:
        return channel.change(this, command);
    }
  }
}

// What an application in TypeScript may write, and what it may not: checked by the compiler, never run.

import {
  type Connection,
  type ConnectOptions,
  type Position,
  RealtimeError,
  configureRealtime,
  connectRealtime,
  disconnectRealtime,
  isRealtimeConnected,
} from '@realtime-spring/client';

interface Vote {
  score: number;
}

const since: Position = { epoch: 'e', offset: 1 };

const connection: Connection = connectRealtime<Vote>({
  channel: 'post_42',
  since,
  onConnect: (channel) => channel.length,
  onDisconnect: (channel) => channel.length,
  onMessage: (vote, { channel, offset, from }) => [vote.score.toFixed(), channel.length, offset?.toFixed(), from?.length],
  onGap: () => location.reload(),
  onError: (error) => [error.code.length, error.message, error instanceof RealtimeError],
});

// @ts-expect-error: a vote has no such field
connectRealtime<Vote>({ channel: 'a', onMessage: (vote) => vote.scores });

// @ts-expect-error: the channel is missing
connectRealtime({});

// @ts-expect-error: a position has an epoch
connectRealtime({ channel: 'a', since: { offset: 1 } });

connectRealtime({ channel: 'a', onMessage: (vote: Vote) => vote.score });
connectRealtime({ channel: 'a', onMessage: (anything) => anything.at.all });

const options: ConnectOptions<Vote> = { channel: 'a' };
const same: Connection = await connectRealtime(options);
const ready: void = await connection.ready;
const done: void = await connection.disconnect();
const connected: boolean = same.status === 'connected' && isRealtimeConnected('a');

// @ts-expect-error: there is no such status
const wrong: boolean = connection.status === 'open';

await disconnectRealtime('a');
configureRealtime({ url: '/live' });
configureRealtime({ url: new URL('wss://example.org/realtime'), getToken: async () => 'token' });
configureRealtime({ getToken: () => undefined });

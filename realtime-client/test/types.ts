// What an application in TypeScript may write, and what it may not: checked by the compiler, never run.

import {
  type Connection,
  type ConnectOptions,
  type Position,
  type StateOptions,
  type StateStatus,
  type SyncedState,
  RealtimeError,
  configureRealtime,
  connectRealtime,
  disconnectRealtime,
  isRealtimeConnected,
  syncedState,
} from '@realtime-spring/client';
import { type ChannelStatus, useChannel, useSyncedState } from '@realtime-spring/client/react';
import { type View, call, initRealtimeClient } from '@realtime-spring/client/views.js';

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

const score: SyncedState<number> = syncedState<number>({
  channel: 'a',
  key: 'score',
  initial: 0,
  onError: (error) => error.code.length,
});
const inferred: number = syncedState({ channel: 'a', key: 'score', initial: 0 }).value;
const anything: any = syncedState({ channel: 'a', key: 'k' }).value;
const values: StateOptions<string[]> = { channel: 'a', key: 'list', initial: [] };
const list = syncedState(values);
const items: string[] = await list.update((strings) => [...strings, 'item']);
const stored: number = await score.set(5);
const sum: number = await score.increment();
const removed: void = await score.remove();
const end: () => void = score.subscribe((value, status) => [value.toFixed(), status.length], { status: true });
const status: StateStatus = score.status;
const fault: RealtimeError | undefined = score.error;
list.subscribe((strings) => strings.join());
score.increment(2);
score.dispose();

// @ts-expect-error: a score is a number
score.set('5');

// @ts-expect-error: and stays one
score.update((value) => `${value}`);

// @ts-expect-error: the key is missing
syncedState({ channel: 'a' });

// @ts-expect-error: the value is written with set
score.value = 5;

// @ts-expect-error: there is no such status
const never: boolean = score.status === 'connected';

const view: View = initRealtimeClient({
  key: '/note/42',
  since,
  handleResponse: (response) => response.status !== 409,
  onRefresh: () => view.key.length,
  onError: (error) => error.code.length,
});

fetch('/note/42', { method: 'POST', headers: view.headers });
view.refresh();

// @ts-expect-error: a key is the server's
view.key = '/note/43';

const [count, setCount, { status: shared, error: refusal }] = useSyncedState(0, 'score', 'a');
const now: number = count;
const later: Promise<number> = setCount((n) => n + 1);
const listening: ChannelStatus = useChannel<Vote>({ channel: 'a', since: null, onMessage: (vote) => vote.score });
const states: [StateStatus, RealtimeError | undefined, Connection['status']] = [shared, refusal, listening.status];

// @ts-expect-error: a score is a number
setCount('5');

// @ts-expect-error: the channel is missing
useSyncedState(0, 'score');

void [now, later, states];

const note: Promise<Vote> = call<Vote>('note.edit', { id: 42 }, { op: 'o', timeout: 5000 });

// @ts-expect-error: an action has a name
call();

void note;

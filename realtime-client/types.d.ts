// What applications write and hold, as types. Written by hand: comments of this length do not belong into what every
// page loads. The other declarations are made from the modules, by `npm run types`.

import type { RealtimeError } from './connection.js';

/** A place in a channel: offsets start at 1 in every epoch, and rise by one. */
export interface Position {
  epoch: string;
  offset: number;
}

/** Where a message comes from: sent to this user only without `offset`, by the server without `from`. */
export interface Origin {
  channel: string;
  offset?: number;
  from?: string;
}

export interface ConnectOptions<Message = any> {
  channel: string;
  /**
   * What the page shows already. Without it, that is where the page was rendered, if it says so and is still loading;
   * otherwise, and with null, messages come from now on.
   */
  since?: Position | null;
  /** After every connect and reconnect. */
  onConnect?: (channel: string) => void;
  /** Once per end of a connected time. */
  onDisconnect?: (channel: string) => void;
  onMessage?: (data: Message, origin: Origin) => void;
  /** Messages were lost for good: fetch afresh. */
  onGap?: () => void;
  /**
   * Who is on the channel, where the application lets clients see that: after every connect and at each change. Large
   * channels are read in parts, and told when all are there.
   */
  onPresence?: (members: Member[], change: PresenceChange) => void;
  /** Refused. */
  onError?: (error: RealtimeError) => void;
}

/** One page on a channel. */
export interface Member {
  clientId: string;
  /** Without it, the page is anonymous. */
  user?: string;
  /** What the application says of it. */
  info?: any;
}

export interface PresenceChange {
  type: 'list' | 'join' | 'leave';
  /** Who came or left. */
  member?: Member;
  /** How many there are. */
  count: number;
}

export interface Connection {
  channel: string;
  status: 'connecting' | 'connected' | 'disconnecting' | 'disconnected';
  /** Resolves when connected; rejects when refused, or disconnected before. */
  ready: Promise<void>;
  /** Ends this connection; others of the channel stay. */
  disconnect: () => Promise<void>;
}

export interface Settings {
  /** Where the server is, if not where the client came from. */
  url?: string | URL;
  /** Asked before every connect, and when a token expires. */
  getToken?: () => string | null | undefined | Promise<string | null | undefined>;
}

export interface StateOptions<Value = any> {
  channel: string;
  /** 1 to 256 bytes. */
  key: string;
  /** Shown while the key is absent, or not yet known and not rendered into the page. It is not stored. */
  initial?: Value;
  /** A write was refused and is rolled back, or the state was, and has ended. */
  onError?: (error: RealtimeError) => void;
}

/**
 * `syncing` before the value is known, `pending` while own writes are on their way, `error` when there will be no more:
 * see `error`.
 */
export type StateStatus = 'syncing' | 'synced' | 'pending' | 'offline' | 'error';

/** One key of a channel. What writes, shows at once; the promise is that of the server's word. */
export interface SyncedState<Value = any> {
  readonly value: Value;
  readonly status: StateStatus;
  readonly error?: RealtimeError;
  /**
   * Calls with the value at once and at each change, and with `status: true` at each change of the status, too.
   *
   * @returns a function that ends it
   */
  subscribe(listener: (value: Value, status: StateStatus) => void, options?: { status?: boolean }): () => void;
  /** @returns the value as stored: the server may have replaced it */
  set(value: Value): Promise<Value>;
  /**
   * Sets what `fn` makes of the value. Where somebody else was faster `fn` is called again, so all it should do is
   * compute.
   */
  update(fn: (value: Value) => Value): Promise<Value>;
  /** Adds to a number; an absent one counts from 0. */
  increment(by?: number): Promise<Value>;
  remove(): Promise<void>;
  /** Nothing more is told. What was written is still delivered. */
  dispose(): void;
}

export interface WatchOptions<Value = any> {
  channel: string;
  /**
   * All there is once it is known, then what has changed, by key: undefined where the value is gone. With what this page
   * has written on top, and once more where that is rolled back.
   */
  onChange: (changes: Map<string, Value | undefined>) => void;
  /** Refused: there will be no more. */
  onError?: (error: RealtimeError) => void;
}

/** What shares the subscription of a channel: a connection, and what else this client makes of channels. */
export interface ChannelListener {
  /** Up to where it knows the channel; the subscription starts over for one that knows less than the others. */
  position?: Position | null;
  status?: string;
  /** Goes into every subscribe command. */
  asks?: object;
  /**
   * Called after every subscribe, and at times between. It has all up to `top` or, where it is `recovered`, will get
   * what is missing.
   *
   * @param reply of the server, after a subscribe
   */
  subscribed(top: Position, recovered: boolean, reply?: any): void;
  /** All that comes on the channel. A position may come twice. */
  receive(frame: any): void;
  /** The connection is lost; `subscribed` follows when it is back. */
  interrupted(): void;
  /** There will be no more. */
  ended(error?: RealtimeError): void;
  call(handler: string, ...args: any[]): void;
  disconnect(): Promise<void> | void;
}

export interface ChannelSubscription {
  /** Whether commands on the channel make sense now. */
  readonly subscribed: boolean;
  leave(listener: ChannelListener, done: (reply: any) => void): void;
}

/** What a page wants done to a key. */
export interface Write {
  type: 'set' | 'increment' | 'remove';
  key: string;
  value?: any;
  by?: number;
  /** Makes the value of what is there, or of `initial`. */
  fn?: (value: any) => any;
  initial?: any;
  /** Names it to the server: the same again is not done again. */
  op: string;
  /** Is on its way, without a reply. */
  sent?: boolean;
  /** When it was first sent, where it may have been done since. */
  time: number;
  conflicts: number;
  /** The offset of one that was made before this on the same key. */
  behind?: number;
  resolve: (value: any) => void;
  reject: (error: any) => void;
}

export interface CallOptions {
  /** Names the intent, 1 to 64 characters: called again within 5 minutes, it gets the first answer. */
  op?: string;
  /** In milliseconds, by default 30 s. */
  timeout?: number;
}

export interface ViewOptions {
  /** By default the path of the page within the application; such a page follows the History API. */
  key?: string;
  /** What the page shows already; without it, where it was rendered, if it says so, or from now on. */
  since?: Position;
  /** Looks at what the page is to become fresh from; `false` leaves the page as it is. */
  handleResponse?: (response: Response) => unknown;
  /** The page has become fresh. */
  onRefresh?: () => void;
  /** Refused. */
  onError?: (error: RealtimeError) => void;
}

export interface View {
  readonly key: string;
  readonly status: 'connecting' | 'connected' | 'disconnected';
  /** By which the server can leave this page out; empty until it is connected. */
  readonly clientId: string;
  /** For `fetch`: tell the server which page a request comes from. */
  readonly headers: Record<string, string>;
  /** Fetches the page now. */
  refresh(): void;
  disconnect(): void;
}

/** Of `useChannel`: the options of a connection. `since` counts when it begins. */
export type ChannelOptions<Message = any> = ConnectOptions<Message>;

/** What `useChannel` returns. */
export interface ChannelStatus {
  readonly status: Connection['status'];
}

/**
 * Sets a value, or what a function makes of it, which is called again where somebody else was faster. Nobody has to
 * look at the promise.
 *
 * @returns the value as stored: the server may have replaced it
 */
export type SetValue<Value = any> = (next: Value | ((value: Value) => Value)) => Promise<Value>;

export interface ValueStatus {
  readonly status: StateStatus;
  /** Why there will be no more, or why the last write of this component was refused. */
  readonly error?: RealtimeError;
}

/** What `useSyncedState` returns. */
export type SharedValue<Value = any> = readonly [Value, SetValue<Value>, ValueStatus];

/** What a page wants done by the server. */
export interface Call {
  action: string;
  data: any;
  op?: string;
  /** Is on its way, or was. */
  sent?: boolean;
  done?: boolean;
  resolve: (value: any) => void;
  reject: (error: any) => void;
}

// The types of the public API, and of what the modules share. They are written by hand, because pages would have to load
// comments of this length. `npm run types` generates the other declarations from the modules.

import type { RealtimeError } from './errors.js';

/** A place in a channel: offsets start at 1 in every epoch, and rise by one. */
export interface Position {
  epoch: string;
  offset: number;
}

/** The origin of a message: without `offset` it was sent to this user only, without `from` by the server. */
export interface Origin {
  channel: string;
  offset?: number;
  from?: string;
}

export interface ConnectOptions<Message = any> {
  channel: string;
  /**
   * The position that the page already shows. The default is the cursor of the page, if it has one and is still loading.
   * Otherwise, and with null, only new messages arrive.
   */
  since?: Position | null;
  /** After every connect and reconnect. */
  onConnect?: (channel: string) => void;
  /** Each time the connection ends. */
  onDisconnect?: (channel: string) => void;
  onMessage?: (data: Message, origin: Origin) => void;
  /** Messages were lost for good: fetch the current content. */
  onGap?: () => void;
  /**
   * The members of the channel, if the application lets clients see them: after every connect and at each change. Large
   * channels are read in parts, and the callback follows the last part.
   */
  onPresence?: (members: Member[], change: PresenceChange) => void;
  /** Refused. */
  onError?: (error: RealtimeError) => void;
}

/** One page on a channel. */
export interface Member {
  clientId: string;
  /** Undefined if the page is anonymous. */
  user?: string;
  /** Whatever the application adds. */
  info?: any;
}

export interface PresenceChange {
  type: 'list' | 'join' | 'leave';
  /** The member that joined or left. */
  member?: Member;
  /** Number of members. */
  count: number;
}

export interface Connection {
  channel: string;
  status: 'connecting' | 'connected' | 'disconnecting' | 'disconnected';
  /** Resolves when connected; rejects if refused, or if disconnected before. */
  ready: Promise<void>;
  /** Ends this connection; other connections to the channel stay. */
  disconnect: () => Promise<void>;
}

export interface Settings {
  /** Address of the server, by default the one that served the client. */
  url?: string | URL;
  /** Called before every connect, and when a token expires. */
  getToken?: () => string | null | undefined | Promise<string | null | undefined>;
}

export interface StateOptions<Value = any> {
  channel: string;
  /** 1 to 256 bytes. */
  key: string;
  /** The value while the key is absent, or not yet known and not rendered into the page. It is not stored. */
  initial?: Value;
  /** A write was refused and is rolled back, or the channel was refused and the state has ended. */
  onError?: (error: RealtimeError) => void;
}

/**
 * `syncing` before the value is known, `pending` while writes of this page wait for their replies, `error` after the state
 * has ended: see `error`.
 */
export type StateStatus = 'syncing' | 'synced' | 'pending' | 'offline' | 'error';

/** One key of a channel. Writes show immediately; their promises settle with the reply of the server. */
export interface SyncedState<Value = any> {
  readonly value: Value;
  readonly status: StateStatus;
  readonly error?: RealtimeError;
  /**
   * Calls the listener immediately and at each change of the value, and with `status: true` also of the status.
   *
   * @returns a function that removes the listener
   */
  subscribe(listener: (value: Value, status: StateStatus) => void, options?: { status?: boolean }): () => void;
  /** @returns the value as stored, which the server may have replaced */
  set(value: Value): Promise<Value>;
  /**
   * Sets the result of `fn`. If another client was faster `fn` is called again, so it should only compute.
   */
  update(fn: (value: Value) => Value): Promise<Value>;
  /** Adds to a number; an absent key counts as 0. */
  increment(by?: number): Promise<Value>;
  remove(): Promise<void>;
  /** Ends all callbacks. Pending writes are still delivered. */
  dispose(): void;
}

export interface WatchOptions<Value = any> {
  channel: string;
  /**
   * Called with all values once they are known, then with changes, by key: undefined if a value was removed. Writes of
   * this page are included, and reported once more if they are rolled back.
   */
  onChange: (changes: Map<string, Value | undefined>) => void;
  /** Refused: no more changes follow. */
  onError?: (error: RealtimeError) => void;
}

/** Shares the subscription of a channel with other listeners: a connection, its presence, a state, a view. */
export interface ChannelListener {
  /** Up to which the listener has received the channel. The channel is subscribed again from the earliest one. */
  position?: Position | null;
  status?: string;
  /** Added to every subscribe command. */
  subscribeOptions?: object;
  /**
   * Called after every subscribe, and when other listeners are added. The listener has received everything up to `top`
   * or, if `recovered`, will receive what is missing.
   *
   * @param reply of the server, after a subscribe
   */
  subscribed(top: Position, recovered: boolean, reply?: any): void;
  /** Every frame of the channel. Positions may repeat. */
  receive?(frame: any): void;
  /** The connection is lost; `subscribed` follows the reconnect. */
  interrupted?(): void;
  /** An error that does not end the subscription. */
  failed?(error: RealtimeError): void;
  /** The subscription has ended for good. */
  ended(error?: RealtimeError): void;
  disconnect?(): Promise<void> | void;
}

/** The one subscription of a channel, as its listeners see it. */
export interface ChannelSubscription {
  /** Whether the server would accept commands on the channel now. */
  readonly subscribed: boolean;
  /** The reply is `{}` if the channel stays subscribed, or was not subscribed. */
  leave(listener: ChannelListener, onLeft?: (reply: any) => void): void;
}

/** What the session keeps a socket for, and notifies of it. */
export interface SessionSubscription {
  listeners?: Set<ChannelListener>;
  /** The socket is open. */
  subscribe(): void;
  /** Every frame of its channel. */
  receive?(frame: any): void;
  /** The socket is lost: silently if listeners need not know. */
  interrupted(silent?: boolean): void;
  /** An error that does not end the session. */
  failed?(error: RealtimeError): void;
  /** The server has closed the session for good. */
  end(error: RealtimeError): void;
}

/** The value of one key as applications see it: without text if the key is absent. */
export interface ShownValue {
  states: Set<{ changed(): void; failed(error: RealtimeError): void }>;
  text?: string;
  value?: any;
}

/** A write of this page. */
export interface Write {
  type: 'set' | 'increment' | 'remove';
  key: string;
  value?: any;
  by?: number;
  /** Computes the value from the stored one, or from `initial`. */
  fn?: (value: any) => any;
  initial?: any;
  /** The idempotency key. */
  op: string;
  /** The command was sent, and there is no reply yet. */
  inFlight?: boolean;
  /** When it was first sent, 0 if the server cannot have carried it out since. */
  sentAt: number;
  conflicts: number;
  /** The offset of an earlier write of the same key, after which this one must be stored. */
  after?: number;
  resolve: (value: any) => void;
  reject: (error: any) => void;
}

export interface CallOptions {
  /** The idempotency key, 1 to 64 characters: a repeated call within 5 minutes gets the first reply. */
  op?: string;
  /** In milliseconds, by default 30 s. */
  timeout?: number;
}

export interface ViewOptions {
  /** By default the path of the page within the application. Then the view follows the History API. */
  key?: string;
  /** The position that the page already shows, by default its cursor. */
  since?: Position;
  /** Called with the response to a refresh; `false` leaves the page unchanged. */
  handleResponse?: (response: Response) => unknown;
  /** The page was refreshed. */
  onRefresh?: () => void;
  /** Refused. */
  onError?: (error: RealtimeError) => void;
}

export interface View {
  readonly key: string;
  readonly status: 'connecting' | 'connected' | 'disconnected';
  /** Lets the server exclude this page from a render; empty until it is connected. */
  readonly clientId: string;
  /** Headers for `fetch`, by which the server knows the page that sends a request. */
  readonly headers: Record<string, string>;
  /** Fetches the page now. */
  refresh(): void;
  disconnect(): void;
}

/** Options of `useChannel`. A later change of `since` has no effect. */
export type ChannelOptions<Message = any> = ConnectOptions<Message>;

/** The result of `useChannel`. */
export interface ChannelStatus {
  readonly status: Connection['status'];
}

/**
 * Sets a value, or the result of a function, which is called again if another client was faster. Applications may ignore
 * the promise.
 *
 * @returns the value as stored, which the server may have replaced
 */
export type SetValue<Value = any> = (next: Value | ((value: Value) => Value)) => Promise<Value>;

export interface ValueStatus {
  readonly status: StateStatus;
  /** Why the state has ended, or why the last write of this component was refused. */
  readonly error?: RealtimeError;
}

/** The result of `useSyncedState`. */
export type SharedValue<Value = any> = readonly [Value, SetValue<Value>, ValueStatus];

/** A call of an action. */
export interface Call {
  action: string;
  data: any;
  op?: string;
  /** The command was sent. */
  sent?: boolean;
  done?: boolean;
  resolve: (value: any) => void;
  reject: (error: any) => void;
}

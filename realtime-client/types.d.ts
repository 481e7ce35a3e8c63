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
  /** What the page shows already; without it, messages come from now on. */
  since?: Position;
  /** After every connect and reconnect. */
  onConnect?: (channel: string) => void;
  /** Once per end of a connected time. */
  onDisconnect?: (channel: string) => void;
  onMessage?: (data: Message, origin: Origin) => void;
  /** Messages were lost for good: fetch afresh. */
  onGap?: () => void;
  /** Refused. */
  onError?: (error: RealtimeError) => void;
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

/** What shares the subscription of a channel: a connection, and what else this client makes of channels. */
export interface ChannelListener {
  /** Up to where it knows the channel; the subscription starts over for one that knows less than the others. */
  position?: Position;
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

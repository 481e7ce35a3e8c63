export type ConnectOptions<T = any> = import("./types.js").ConnectOptions<T>;
export type Connection = import("./types.js").Connection;
export type Origin = import("./types.js").Origin;
export type Position = import("./types.js").Position;
export type Settings = import("./types.js").Settings;
export { RealtimeError, configureRealtime, connectRealtime, disconnectRealtime, isRealtimeConnected } from "./connection.js";

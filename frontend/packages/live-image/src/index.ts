export { type ClientOptions, LiveImageClient, type ViewOptions } from './client.ts'
export type { Environment, Socket } from './environment.ts'
export { type ErrorCode, LiveImageError } from './errors.ts'
export type { ConnectionType, LinkSnapshot, LiveImageState, LiveView, ViewListeners } from './live-view.ts'
export type {
  ClientMessage,
  CurrentAnswer,
  Filter,
  Health,
  LiveImage,
  Mode,
  Preview,
  ResetReason,
  ServerConfig,
  ServerMessage,
} from './messages.ts'
export { clientFor } from './registry.ts'
export type { ReadableStore } from './store.ts'

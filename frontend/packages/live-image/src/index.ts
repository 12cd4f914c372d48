export type { Acknowledgement, Alert, AlertSeverity, Wording } from './alerts.ts'
export type { AlertPage, Coil, Density, HistoryPage, ImageDetails, Provenance } from './answers.ts'
export {
  type AlertsQuery,
  type Api,
  ApiError,
  type CoilsQuery,
  createApi,
  type DensityQuery,
  type HistoryQuery,
} from './api.ts'
export { type ClientOptions, LiveImageClient } from './client.ts'
export type { ViewOptions } from './demand.ts'
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
export { isSilenced, type Silence, type SilenceRequest, type SilenceScope } from './silences.ts'
export type {
  DiskStatus,
  FlowStatus,
  KindStatus,
  LatencyStage,
  LineStatus,
  ServiceStatus,
  StageLatency,
  SystemStatus,
} from './status.ts'
export type { ReadableStore } from './store.ts'
export { arrivedAt, isNewer } from './view.ts'

/** The bridge to React: hooks that render again only when something changed that the component has read. */
export { type AlertsMethods, type UseAlertsOptions, type UseAlertsResult, useAlerts } from './use-alerts.ts'
export {
  type ImageHistoryMethods,
  type UseImageHistoryOptions,
  type UseImageHistoryResult,
  useImageHistory,
} from './use-image-history.ts'
export {
  type LiveImageMethods,
  type UseLiveImageOptions,
  type UseLiveImageResult,
  useLiveImage,
} from './use-live-image.ts'
export {
  type SystemStatusMethods,
  type UseSystemStatusOptions,
  type UseSystemStatusResult,
  useSystemStatus,
} from './use-system-status.ts'

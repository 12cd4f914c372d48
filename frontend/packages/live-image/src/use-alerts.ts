import { useCallback, useMemo } from 'react'
import type { Alert } from './alerts.ts'
import { ALERTS_UNKNOWN, type AlertsState } from './alerts-feed.ts'
import { serverFor } from './registry.ts'
import { useTracked } from './tracked.ts'

export interface UseAlertsOptions {
  /** Where the gateway is, as `http://host:port`; default: where the page came from. */
  serverUrl?: string | undefined
}

export interface AlertsMethods {
  /** Says who has taken notice; rejects with ApiError. */
  acknowledge(id: number, by: { by: string; note: string }): Promise<Alert>
  /** Asks now. */
  refresh(): void
}

export type UseAlertsResult = AlertsState & AlertsMethods

/** The newest alerts: live while a `useLiveImage` on the page holds the socket, else asked for every few seconds. */
export function useAlerts(options: UseAlertsOptions = {}): UseAlertsResult {
  const { serverUrl } = options
  const feed = useMemo(() => serverFor(serverUrl).alerts, [serverUrl])
  const methods = useCallback(
    (): AlertsMethods => ({ acknowledge: (id, by) => feed.acknowledge(id, by), refresh: () => feed.refresh() }),
    [feed],
  )
  return useTracked(feed, ALERTS_UNKNOWN, methods)
}

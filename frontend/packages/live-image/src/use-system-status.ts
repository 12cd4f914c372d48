import { useCallback, useMemo } from 'react'
import { serverFor } from './registry.ts'
import { NO_STATUS, type StatusState } from './status-feed.ts'
import { still } from './store.ts'
import { useTracked } from './tracked.ts'

export interface UseSystemStatusOptions {
  /** Where the gateway is, as `http://host:port`; default: where the page came from. */
  serverUrl?: string | undefined
  /** How often to ask. Of several components with one server the most curious decides. Default 5000. */
  intervalMs?: number | undefined
  /** False: nothing is asked. Default true. */
  enabled?: boolean | undefined
}

export interface SystemStatusMethods {
  /** Asks now. */
  refresh(): void
}

export type UseSystemStatusResult = StatusState & SystemStatusMethods

const DISABLED: StatusState = { ...NO_STATUS, isLoading: false }
const IDLE = still(DISABLED)

/** How the server is: asked for once for all components, and not while the page is hidden. */
export function useSystemStatus(options: UseSystemStatusOptions = {}): UseSystemStatusResult {
  const { serverUrl, intervalMs = 5000, enabled = true } = options
  const feed = useMemo(() => serverFor(serverUrl).status, [serverUrl])
  const source = useMemo(() => feed.every(intervalMs), [feed, intervalMs])
  const methods = useCallback((): SystemStatusMethods => ({ refresh: () => feed.refresh() }), [feed])
  return useTracked(enabled ? source : IDLE, enabled ? NO_STATUS : DISABLED, methods)
}

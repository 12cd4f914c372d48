import { useCallback, useMemo } from 'react'
import { HISTORY_UNKNOWN, HistoryFeed, type HistoryState } from './history-feed.ts'
import { serverFor } from './registry.ts'
import { still } from './store.ts'
import { useTracked } from './tracked.ts'

export interface UseImageHistoryOptions {
  /** Where the gateway is, as `http://host:port`; default: where the page came from. */
  serverUrl?: string | undefined
  camera?: string | undefined
  imageType?: string | undefined
  coilNumber?: string | undefined
  /** Captured at this time or later, Unix milliseconds. */
  from?: number | undefined
  /** Captured before this time. */
  to?: number | undefined
  /** By capture time; default `newest`. */
  order?: 'newest' | 'oldest' | undefined
  /** Images a page, 1 to 1000; default 100. */
  pageSize?: number | undefined
  /** False: nothing is asked. Default true. */
  enabled?: boolean | undefined
}

export interface ImageHistoryMethods {
  /** Asks for the next page, or for the one that failed again. Does nothing while one is on its way, or at the end. */
  loadMore(): void
  /** Asks for the first page; the images stay until it comes. */
  refresh(): void
}

export type UseImageHistoryResult = HistoryState & ImageHistoryMethods

const DISABLED: HistoryState = { ...HISTORY_UNKNOWN, isLoading: false }
const IDLE = still(DISABLED)

/** Images by capture time, a page after the other; from the start again when the options change. */
export function useImageHistory(options: UseImageHistoryOptions = {}): UseImageHistoryResult {
  const { serverUrl, camera, imageType, coilNumber, from, to, order, pageSize, enabled = true } = options
  const feed = useMemo(() => {
    const query = { camera, imageType, coilNumber, from, to, order, limit: pageSize }
    return new HistoryFeed(serverFor(serverUrl).api, query)
  }, [serverUrl, camera, imageType, coilNumber, from, to, order, pageSize])
  const methods = useCallback(
    (): ImageHistoryMethods => ({ loadMore: () => feed.loadMore(), refresh: () => feed.refresh() }),
    [feed],
  )
  return useTracked(enabled ? feed : IDLE, enabled ? HISTORY_UNKNOWN : DISABLED, methods)
}

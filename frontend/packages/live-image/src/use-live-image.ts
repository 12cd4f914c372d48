import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { LiveImageError } from './errors.ts'
import { INITIAL_STATE, type LiveImageState } from './live-view.ts'
import type { LiveImage } from './messages.ts'
import { clientFor } from './registry.ts'
import { still } from './store.ts'
import { useTracked } from './tracked.ts'

export interface UseLiveImageOptions {
  /** Where the gateway is, as `http://host:port`; default: where the page came from. */
  serverUrl?: string | undefined
  camera?: string | undefined
  /** `original`, `labeled`, or any other kind that the server has. */
  imageType?: string | undefined
  coilNumber?: string | undefined
  /** False: no connection, and the state of one that has none. Default true. */
  enabled?: boolean | undefined
  /** False: the first failure is the last word until `retry()`. Default true. */
  autoReconnect?: boolean | undefined
  /** Failed attempts before HTTP takes over; default: what the server says. */
  maxReconnectAttempts?: number | undefined
  /** Milliseconds between attempts; default: what the server says. */
  reconnectDelay?: number | undefined
  /** Have the server push a screen-sized JPEG with every image. Default false. */
  previews?: boolean | undefined
  /**
   * Every image, once, in order: also those that came during an interruption, and those too fast for the screen. While HTTP
   * stands in it gets the newest ones; those in between follow when the socket is back.
   */
  onImage?: ((image: LiveImage) => void) | undefined
  onError?: ((error: LiveImageError) => void) | undefined
}

export interface LiveImageMethods {
  /** Tries to connect at once instead of waiting. */
  retry(): void
  /** Absolute address of `image`, by default of the current one. */
  getImageUrl(image?: LiveImage | null): string | null
  /** Absolute address of a path on the server. */
  resolve(path: string): string
  /** Tells the server that image `seq` is on the screen now. */
  painted(seq: number): void
}

export type UseLiveImageResult = LiveImageState & LiveImageMethods

const IDLE = still(INITIAL_STATE)

/** The newest image that matches, and how it comes. Renders again only when something changed that was read. */
export function useLiveImage(options: UseLiveImageOptions = {}): UseLiveImageResult {
  const { serverUrl, camera, imageType, coilNumber, previews, autoReconnect, maxReconnectAttempts, reconnectDelay } =
    options
  const { enabled = true, onImage, onError } = options
  const mode = onImage ? 'every' : 'latest'
  const client = useMemo(() => clientFor(serverUrl), [serverUrl])
  const view = useMemo(() => {
    const retrying = { autoReconnect, maxReconnectAttempts, reconnectDelay }
    return client.view({ camera, imageType, coilNumber, mode, previews, ...retrying })
  }, [client, camera, imageType, coilNumber, mode, previews, autoReconnect, maxReconnectAttempts, reconnectDelay])

  const callbacks = useRef({ onImage, onError })
  useEffect(() => {
    callbacks.current = { onImage, onError }
  })
  useEffect(
    () =>
      view.listen({
        onImage: image => callbacks.current.onImage?.(image),
        onError: error => callbacks.current.onError?.(error),
      }),
    [view],
  )

  const methods = useCallback(
    (tracked: LiveImageState): LiveImageMethods => ({
      retry: () => client.retry(),
      painted: seq => client.painted(seq),
      resolve: path => client.resolve(path),
      getImageUrl: (image = tracked.currentImage) => (image === null ? null : client.resolve(image.url)),
    }),
    [client],
  )
  return useTracked(enabled ? view : IDLE, INITIAL_STATE, methods)
}

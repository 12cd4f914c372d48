/** The bridge to React: one hook, which renders again only when something changed that the component has read. */
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { LiveImageClient, ViewOptions } from './client.ts'
import type { LiveImageError } from './errors.ts'
import { INITIAL_STATE, type LiveImageState, type LiveView } from './live-view.ts'
import type { LiveImage } from './messages.ts'
import { clientFor } from './registry.ts'

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
  /** Every image, once, in order: also those that came during an interruption, and those too fast for the screen. */
  onImage?: ((image: LiveImage) => void) | undefined
  onError?: ((error: LiveImageError) => void) | undefined
}

export interface UseLiveImageResult extends LiveImageState {
  /** Tries to connect at once instead of waiting. */
  retry(): void
  /** Absolute address of `image`, by default of the current one. */
  getImageUrl(image?: LiveImage | null): string | null
  /** Absolute address of a path on the server. */
  resolve(path: string): string
  /** Tells the server that image `seq` is on the screen now. */
  painted(seq: number): void
}

export function useLiveImage(options: UseLiveImageOptions = {}): UseLiveImageResult {
  const { serverUrl, camera, imageType, coilNumber, previews, autoReconnect, maxReconnectAttempts, reconnectDelay } =
    options
  const { enabled = true, onImage, onError } = options
  const mode = onImage ? 'every' : 'latest'
  const client = useMemo(() => clientFor(serverUrl), [serverUrl])
  const view = useMemo(() => {
    const wish = { camera, imageType, coilNumber, mode, previews, autoReconnect, maxReconnectAttempts, reconnectDelay }
    return client.view(wish as ViewOptions)
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
  return useTracked(view, client, enabled)
}

type Key = keyof LiveImageState
const KEYS = Object.keys(INITIAL_STATE) as Key[]

function useTracked(view: LiveView, client: LiveImageClient, enabled: boolean): UseLiveImageResult {
  const used = useRef(new Set<Key>())
  const last = useRef(INITIAL_STATE)
  const subscribe = useCallback(
    (changed: () => void) => (enabled ? view.subscribe(changed) : () => {}),
    [view, enabled],
  )
  const getSnapshot = () => {
    const next = enabled ? view.get() : INITIAL_STATE
    const changed = [...used.current].some(key => !Object.is(next[key], last.current[key]))
    if (changed) last.current = next
    return last.current
  }
  const snapshot = useSyncExternalStore(subscribe, getSnapshot, () => INITIAL_STATE)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new object for every change, so that it can stand in a dependency list
  return useMemo(() => {
    const methods = {
      retry: () => client.retry(),
      painted: (seq: number) => client.painted(seq),
      resolve: (path: string) => client.resolve(path),
      getImageUrl(image: LiveImage | null = view.get().currentImage) {
        return image === null ? null : client.resolve(image.url)
      },
    }
    const read = (key: Key) => {
      used.current.add(key)
      return enabled ? view.get()[key] : INITIAL_STATE[key]
    }
    const result = {}
    for (const key of KEYS) Object.defineProperty(result, key, { enumerable: true, get: () => read(key) })
    return Object.assign(result, methods) as UseLiveImageResult
  }, [view, client, enabled, snapshot])
}

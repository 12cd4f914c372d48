/** Everything the client takes from the browser, so that a test can give it something else. */
export interface Environment {
  /** Milliseconds since 1970 that never jump. */
  now(): number
  random(): number
  setTimeout(callback: () => void, ms: number): number
  clearTimeout(timer: number): void
  openSocket(url: string): Socket
  fetch(url: string, init: RequestInit): Promise<Response>
  /** Calls when the network came back or the page is looked at again; returns how to stop that. */
  onWake(callback: () => void): () => void
  /** Calls when nobody sees the page any more, which may be the last that it hears; returns how to stop that. */
  onHide(callback: () => void): () => void
  isHidden(): boolean
}

/** The part of a WebSocket that is used. */
export interface Socket {
  binaryType: BinaryType
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  send(data: string): void
  close(): void
}

export function browserEnvironment(): Environment {
  return {
    now: () => performance.timeOrigin + performance.now(),
    random: () => Math.random(),
    setTimeout: (callback, ms) => window.setTimeout(callback, ms),
    clearTimeout: timer => window.clearTimeout(timer),
    openSocket: url => new WebSocket(url),
    fetch: (url, init) => fetch(url, { ...init, cache: 'no-store' }),
    onWake(callback) {
      const seen = () => document.visibilityState === 'visible' && callback()
      window.addEventListener('online', callback)
      window.addEventListener('pageshow', callback)
      document.addEventListener('visibilitychange', seen)
      return () => {
        window.removeEventListener('online', callback)
        window.removeEventListener('pageshow', callback)
        document.removeEventListener('visibilitychange', seen)
      }
    },
    onHide(callback) {
      const unseen = () => document.visibilityState === 'hidden' && callback()
      window.addEventListener('pagehide', callback)
      document.addEventListener('visibilitychange', unseen)
      return () => {
        window.removeEventListener('pagehide', callback)
        document.removeEventListener('visibilitychange', unseen)
      }
    },
    isHidden: () => document.visibilityState === 'hidden',
  }
}

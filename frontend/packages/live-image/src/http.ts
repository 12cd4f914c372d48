/** The part of the server's HTTP side that the live link lives from. */
import { addressOf, pageOrigin } from './address.ts'
import type { Environment } from './environment.ts'
import { type CurrentAnswer, type Filter, parseConfig, parseCurrent, type ServerConfig } from './messages.ts'

const ANSWER_TIMEOUT_MS = 10_000
const LONG_POLL_WAIT_S = 25

export interface Http {
  socketUrl(): string
  resolve(path: string): string
  /** The newest image that matches; with `after`, waits for a newer one and answers null when none came. Rejects on failure. */
  current(filter: Filter, after: number | null, signal: AbortSignal): Promise<CurrentAnswer | null>
  config(signal: AbortSignal): Promise<ServerConfig>
  /** Resolves after `ms`, or at once when `signal` is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>
}

export function createHttp(serverUrl: string | undefined, environment: Environment): Http {
  // Where the page came from is looked up late: on a server that only renders there is no page.
  const resolve = (path: string) => addressOf(serverUrl ?? pageOrigin())(path)

  async function get(path: string, timeoutMs: number, signal: AbortSignal): Promise<unknown> {
    const stop = new AbortController()
    const abort = () => stop.abort()
    signal.addEventListener('abort', abort)
    const timer = environment.setTimeout(abort, timeoutMs)
    try {
      const response = await environment.fetch(resolve(path), { signal: stop.signal })
      if (response.status === 204) return null
      if (!response.ok) throw new Error(`${path} answered ${response.status}`)
      return await response.json()
    } finally {
      environment.clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }

  return {
    socketUrl: () => resolve('/ws').replace(/^http/, 'ws'),
    resolve,
    async current(filter, after, signal) {
      const query = new URLSearchParams()
      if (filter.camera !== undefined) query.set('camera', filter.camera)
      if (filter.imageType !== undefined) query.set('type', filter.imageType)
      if (filter.coilNumber !== undefined) query.set('coil', filter.coilNumber)
      if (after !== null) {
        query.set('after', String(after))
        query.set('wait', String(LONG_POLL_WAIT_S))
      }
      const wait_ms = after === null ? 0 : LONG_POLL_WAIT_S * 1000
      const body = await get(`/api/images/current?${query}`, wait_ms + ANSWER_TIMEOUT_MS, signal)
      if (body === null) return null
      const answer = parseCurrent(body)
      if (answer === null) throw new Error('/api/images/current answered something else')
      return answer
    },
    async config(signal) {
      const config = parseConfig(await get('/api/config', ANSWER_TIMEOUT_MS, signal))
      if (config === null) throw new Error('/api/config answered something else')
      return config
    },
    pause(ms, signal) {
      return new Promise(done => {
        if (signal.aborted) return done()
        const end = () => {
          environment.clearTimeout(timer)
          signal.removeEventListener('abort', end)
          done()
        }
        const timer = environment.setTimeout(end, ms)
        signal.addEventListener('abort', end)
      })
    },
  }
}

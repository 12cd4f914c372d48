/** The real client in Node, and what it says. */
import { LiveImageClient } from '../../../src/client.ts'
import type { ViewOptions } from '../../../src/demand.ts'
import type { Environment } from '../../../src/environment.ts'
import type { ConnectionType, LiveView } from '../../../src/live-view.ts'
import type { LiveImage } from '../../../src/messages.ts'
import { until } from './until.ts'

function nodeEnvironment(): Environment {
  return {
    now: () => performance.timeOrigin + performance.now(),
    random: () => Math.random(),
    setTimeout: (callback, ms) => Number(setTimeout(callback, ms)),
    clearTimeout: timer => clearTimeout(timer),
    openSocket: url => new WebSocket(url),
    fetch: (url, init) => fetch(url, init),
    onWake: () => () => {},
    onHide: () => () => {},
    isHidden: () => false,
  }
}

export interface Watch {
  readonly client: LiveImageClient
  readonly view: LiveView
  /** What `onImage` got. */
  readonly told: LiveImage[]
  readonly names: () => string[]
  readonly errors: string[]
  /** The connection's types, one after the other. */
  readonly connections: ConnectionType[]
  stop(): void
  /** Waits until `onImage` got the last of `names`, however often. */
  hears(names: readonly string[], timeoutMs?: number): Promise<void>
  is(connection: ConnectionType, timeoutMs?: number): Promise<void>
}

/** Every image of `options` from now on; returns when the socket is up. */
export async function watch(serverUrl: string, options: ViewOptions): Promise<Watch> {
  const client = new LiveImageClient({ serverUrl, environment: nodeEnvironment() })
  const view = client.view({ mode: 'every', ...options })
  const told: LiveImage[] = []
  const errors: string[] = []
  const connections: ConnectionType[] = []
  view.listen({ onImage: image => told.push(image), onError: error => errors.push(error.code) })
  const stop = view.subscribe(() => {
    const { connectionType } = view.get()
    if (connections.at(-1) !== connectionType) connections.push(connectionType)
  })
  const names = () => told.map(image => image.filename)
  const hears = (wanted: readonly string[], timeoutMs = 30_000) => {
    const last = wanted.at(-1)
    return until(
      () => last === undefined || names().includes(last),
      timeoutMs,
      () => `${last} among ${names()}`,
    )
  }
  const is = (connection: ConnectionType, timeoutMs = 30_000) => {
    const said = () => `${connection} instead of ${view.get().connectionType}, after ${connections} and ${errors}`
    return until(() => view.get().connectionType === connection, timeoutMs, said)
  }
  await is('websocket')
  return { client, view, told, names, errors, connections, stop, hears, is }
}

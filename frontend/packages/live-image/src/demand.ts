/** Many views, one socket: what each wants, and what to ask the server for so that all are served. Pure. */
import type { Filter, LiveImage, Mode, ServerConfig } from './messages.ts'
import { DEFAULT_POLICY, type RetryPolicy } from './retry.ts'

/** What one view wants of the server. */
export interface Demand extends Filter {
  mode: Mode
  previews: boolean
  autoReconnect: boolean
  maxReconnectAttempts?: number
  reconnectDelay?: number
}

/** What a view may ask for; everything has a default. */
export interface ViewOptions extends Filter {
  mode?: Mode | undefined
  /** Have the server push a screen-sized JPEG with every image. */
  previews?: boolean | undefined
  autoReconnect?: boolean | undefined
  maxReconnectAttempts?: number | undefined
  reconnectDelay?: number | undefined
}

/** An option that is undefined counts as left out. */
export function demandOf(options: ViewOptions): Demand {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return { mode: 'latest', previews: false, autoReconnect: true, ...given }
}

/** The same for demands that want the same. */
export function demandKey(demand: Demand): string {
  return JSON.stringify(Object.entries(demand).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** The part of a demand that the server is told. */
export interface Subscription extends Filter {
  mode: Mode
  previews: boolean
}

export function matches(filter: Filter, image: LiveImage): boolean {
  return (
    (filter.camera === undefined || filter.camera === image.camera) &&
    (filter.imageType === undefined || filter.imageType === image.type) &&
    (filter.coilNumber === undefined || filter.coilNumber === image.coil_number)
  )
}

/** The narrowest subscription that holds what every one of `demands` wants. */
export function unite(demands: readonly Demand[]): Subscription {
  return {
    ...common(demands, 'camera'),
    ...common(demands, 'imageType'),
    ...common(demands, 'coilNumber'),
    // In `latest` the server keeps one newest image of each folder for the whole socket, so two coils would starve one another.
    mode: demands.some(demand => demand.mode === 'every') || !alike(demands, ['coilNumber']) ? 'every' : 'latest',
    previews: demands.some(demand => demand.previews),
  }
}

export function sameSubscription(one: Subscription, other: Subscription): boolean {
  return (
    alike([one, other], ['camera', 'imageType', 'coilNumber']) &&
    one.mode === other.mode &&
    one.previews === other.previews
  )
}

/** How to reconnect: the most patient of the views, each of which may overrule the server. */
export function unitePolicy(demands: readonly Demand[], config: ServerConfig | null): RetryPolicy {
  const server = config?.reconnect ?? DEFAULT_POLICY
  if (demands.length === 0) return { maxAttempts: server.maxAttempts, delayMs: server.delayMs }
  return {
    maxAttempts: Math.max(...demands.map(demand => demand.maxReconnectAttempts ?? server.maxAttempts)),
    delayMs: Math.min(...demands.map(demand => demand.reconnectDelay ?? server.delayMs)),
  }
}

function common(demands: readonly Filter[], key: keyof Filter): Filter {
  const value = demands[0]?.[key]
  return value !== undefined && alike(demands, [key]) ? { [key]: value } : {}
}

function alike(filters: readonly Filter[], keys: readonly (keyof Filter)[]): boolean {
  return keys.every(key => filters.every(filter => filter[key] === filters[0]?.[key]))
}

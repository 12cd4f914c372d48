/** A server's newest alerts: asked for over HTTP, then kept up by the socket while there is one, else by asking again. */
import { type Alert, newestFirst } from './alerts.ts'
import { type Api, type ApiError, sameError } from './api.ts'
import type { LiveImageClient } from './client.ts'
import type { Environment } from './environment.ts'
import { createLiveStore, patch, type ReadableStore } from './store.ts'

export interface AlertsState {
  /** The newest ones: those that are firing first, then newest start first. */
  readonly alerts: readonly Alert[]
  readonly firing: readonly Alert[]
  /** Why the last question was not answered. */
  readonly error: ApiError | null
  /** There is neither an answer nor an error yet. */
  readonly isLoading: boolean
}

export const ALERTS_UNKNOWN: AlertsState = { alerts: [], firing: [], error: null, isLoading: true }

const LIMIT = 100
/** Without a socket. */
const INTERVAL_MS = 5000

type Client = Pick<LiveImageClient, 'link' | 'listenAlerts'>

export class AlertsFeed implements ReadableStore<AlertsState> {
  readonly #api: Pick<Api, 'alerts' | 'acknowledge'>
  readonly #client: Client
  readonly #environment: Environment
  readonly #store = createLiveStore(ALERTS_UNKNOWN, () => this.#start())
  #isStarted = false
  #asking: AbortController | null = null
  /** What came while a question was under way, whose answer may be older. */
  #meanwhile: Alert[] = []
  #timer: number | null = null

  constructor(api: Pick<Api, 'alerts' | 'acknowledge'>, client: Client, environment: Environment) {
    this.#api = api
    this.#client = client
    this.#environment = environment
  }

  get = () => this.#store.get()
  subscribe = (listener: () => void) => this.#store.subscribe(listener)

  /** Asks now. Does nothing while nobody listens. */
  refresh(): void {
    if (!this.#isStarted) return
    this.#asking?.abort()
    void this.#ask()
  }

  /** Says who has taken notice. Rejects with ApiError. */
  async acknowledge(id: number, by: { by: string; note: string }): Promise<Alert> {
    const alert = await this.#api.acknowledge(id, by)
    this.#hear(alert)
    return alert
  }

  #start(): () => void {
    let connection = this.#client.link.get().connectionType
    const stops = [
      this.#client.listenAlerts(alert => this.#hear(alert)),
      this.#client.link.subscribe(() => {
        const before = connection
        connection = this.#client.link.get().connectionType
        // What changed while there was no socket was told to nobody.
        if (connection !== before) this.refresh()
      }),
      this.#environment.onWake(() => this.#asking ?? void this.#ask()),
    ]
    this.#isStarted = true
    void this.#ask()
    return () => {
      this.#isStarted = false
      for (const stop of stops) stop()
      this.#asking?.abort()
      this.#asking = null
      this.#clearTimer()
    }
  }

  async #ask(): Promise<void> {
    this.#clearTimer()
    const stop = new AbortController()
    this.#asking = stop
    this.#meanwhile = []
    try {
      const { alerts } = await this.#api.alerts({ limit: LIMIT }, stop.signal)
      if (this.#asking !== stop) return
      this.#show(this.#meanwhile.reduce(withAlert, alerts))
      patch(this.#store, { error: null, isLoading: false })
    } catch (error) {
      if (this.#asking !== stop) return
      patch(this.#store, { error: sameError(this.#store.get().error, error as ApiError), isLoading: false })
    }
    this.#asking = null
    this.#meanwhile = []
    this.#timer = this.#environment.setTimeout(() => this.#tick(), INTERVAL_MS)
  }

  #tick(): void {
    this.#timer = null
    const isTold = this.#client.link.get().connectionType === 'websocket' && this.#store.get().error === null
    // Also while nobody sees the page: an alarm is there to be heard from another one. A lost socket wakes it.
    if (!isTold) void this.#ask()
  }

  #hear(alert: Alert): void {
    if (!this.#isStarted) return
    if (this.#asking) this.#meanwhile.push(alert)
    this.#show(withAlert(this.#store.get().alerts, alert))
  }

  #show(next: readonly Alert[]): void {
    const { alerts, firing } = this.#store.get()
    const known = new Map(alerts.map(alert => [alert.id, alert]))
    // What is as it was stays the same object, and so does the list.
    const kept = [...next].sort(firingFirst).map(alert => keep(known.get(alert.id), alert))
    const stillFiring = kept.filter(alert => alert.state === 'firing')
    patch(this.#store, { alerts: keepList(alerts, kept), firing: keepList(firing, stillFiring) })
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.#environment.clearTimeout(this.#timer)
    this.#timer = null
  }
}

/** With `alert` in its place, unless a later word on it is known. */
function withAlert(alerts: readonly Alert[], alert: Alert): readonly Alert[] {
  const known = alerts.find(each => each.id === alert.id)
  if (known && known.changed_at > alert.changed_at) return alerts
  return [...alerts.filter(each => each.id !== alert.id), alert]
}

function firingFirst(one: Alert, other: Alert): number {
  const rank = (alert: Alert) => (alert.state === 'firing' ? 0 : 1)
  return rank(one) - rank(other) || newestFirst(one, other)
}

function keep(before: Alert | undefined, now: Alert): Alert {
  return before && JSON.stringify(before) === JSON.stringify(now) ? before : now
}

function keepList(before: readonly Alert[], now: readonly Alert[]): readonly Alert[] {
  return before.length === now.length && before.every((alert, index) => alert === now[index]) ? before : now
}

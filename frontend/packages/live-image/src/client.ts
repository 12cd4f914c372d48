/** One server: does what `link.ts` decides, feeds what `stream.ts` understood to the views. */
import { AlertBoard } from './alert-board.ts'
import type { Alert } from './alerts.ts'
import {
  type Demand,
  demandKey,
  demandOf,
  matches,
  type Subscription,
  sameSubscription,
  unite,
  unitePolicy,
  type ViewOptions,
} from './demand.ts'
import { browserEnvironment, type Environment } from './environment.ts'
import { LiveImageError } from './errors.ts'
import { createHttp, type Http } from './http.ts'
import { type LinkAction, type LinkEvent, type LinkState, STOPPED, step, type TimerName } from './link.ts'
import { type LinkSnapshot, LiveView, UNLINKED } from './live-view.ts'
import { type CurrentAnswer, type LiveImage, parseMessage, parsePreview } from './messages.ts'
import { Paints } from './paints.ts'
import { Questions } from './questions.ts'
import { ServerTime } from './server-time.ts'
import { createStore, patch, type ReadableStore } from './store.ts'
import {
  acceptLegacy,
  asked,
  isNumbered,
  NEW_STREAM,
  opened,
  placeOf,
  receive,
  type StreamOutput,
  type StreamState,
} from './stream.ts'
import { newestIn } from './view.ts'
import { Timers, Wire } from './wire.ts'

export interface ClientOptions {
  /** Where the gateway is, as `http://host:port`; default: where the page came from. */
  serverUrl?: string
  environment?: Environment
}

export class LiveImageClient {
  readonly #environment: Environment
  readonly #time: ServerTime
  readonly #http: Http
  readonly #questions: Questions
  /** Those that somebody looks at. */
  readonly #views = new Set<LiveView>()
  readonly #byDemand = new Map<string, LiveView>()
  readonly #wire = new Wire()
  readonly #timers = new Timers<TimerName>()
  readonly #snapshot = createStore<LinkSnapshot>(UNLINKED)
  #link: LinkState = STOPPED
  #stream: StreamState = NEW_STREAM
  #subscription: Subscription | null = null
  /** Whether the last long poll was answered; null before one was. */
  #httpWorks: boolean | null = null
  #httpError: LiveImageError | null = null
  readonly #paints: Paints
  readonly #alerts = new AlertBoard(firing => patch(this.#snapshot, { alerts: firing }))
  /** How to stop what the page tells; null while nobody looks at anything. */
  #hooks: readonly (() => void)[] | null = null
  #configRequest: AbortController | null = null
  #refreshPending = false

  constructor({ serverUrl, environment = browserEnvironment() }: ClientOptions = {}) {
    this.#environment = environment
    this.#time = new ServerTime(() => environment.now())
    this.#paints = new Paints(environment, images => this.#wire.send({ type: 'painted', images }))
    this.#http = createHttp(serverUrl, environment)
    this.#questions = new Questions({
      http: this.#http,
      environment,
      onAnswer: (view, answer) => this.#onAnswer(view, answer),
      onPolling: works => this.#onHttp(works),
    })
  }

  /** Connection state, health and configuration of this server. */
  get link(): ReadableStore<LinkSnapshot> {
    return this.#snapshot
  }

  /** The view of what matches, the same one for everybody who asks for the same; it costs nothing until somebody subscribes. */
  view(options: ViewOptions = {}): LiveView {
    const demand = demandOf(options)
    const key = demandKey(demand)
    const view = this.#byDemand.get(key) ?? this.#makeView(demand)
    this.#byDemand.set(key, view)
    return view
  }

  #makeView(demand: Demand): LiveView {
    return new LiveView(demand, {
      link: this.#snapshot,
      source: () => (this.#link.phase === 'live' ? 'socket' : this.#link.polling ? 'http' : null),
      serverNow: () => this.serverNow(),
      setTimeout: (callback, ms) => this.#environment.setTimeout(callback, ms),
      clearTimeout: timer => this.#environment.clearTimeout(timer),
      attach: view => this.#attach(view),
      detach: view => this.#detach(view),
    })
  }

  /** Milliseconds since 1970 by the server's clock, as well as it is known. */
  serverNow(): number {
    return this.#time.now()
  }

  /** Absolute address of an image, or of any path on this server. */
  resolve(path: string): string {
    return this.#http.resolve(path)
  }

  /** Hears of every alert that the socket tells, also of those that are over; returns how to stop that. */
  listenAlerts(listener: (alert: Alert) => void): () => void {
    return this.#alerts.listen(listener)
  }

  /** Tries at once instead of waiting. */
  retry(): void {
    if (this.#views.size > 0) this.#dispatch({ type: 'retry' })
  }

  /** Tells the server that image `seq` is on the screen now, which is where its latency ends; together with others, within a second. */
  painted(seq: number): void {
    if (this.#link.phase !== 'live' || this.#link.legacy) return
    this.#paints.note(seq, Math.round(this.serverNow()))
  }

  get #demands(): Demand[] {
    return [...this.#views].map(view => view.demand)
  }

  #attach(view: LiveView): void {
    this.#views.add(view)
    // It may have been forgotten while nobody looked at it.
    const key = demandKey(view.demand)
    if (!this.#byDemand.has(key)) this.#byDemand.set(key, view)
    this.#refreshSoon()
  }

  #detach(view: LiveView): void {
    this.#questions.forget(view)
    this.#views.delete(view)
    const key = demandKey(view.demand)
    if (this.#byDemand.get(key) === view) this.#byDemand.delete(key)
    this.#refreshSoon()
  }

  /** Waits for the end of the current task, so that React's StrictMode and a switched filter do not flap the socket. */
  #refreshSoon(): void {
    if (this.#refreshPending) return
    this.#refreshPending = true
    queueMicrotask(() => {
      this.#refreshPending = false
      this.#refresh()
    })
  }

  #refresh(): void {
    if (this.#views.size === 0) {
      this.#stop()
      return
    }
    if (this.#hooks === null) {
      this.#hooks = [
        this.#environment.onWake(() => this.#dispatch({ type: 'wake' })),
        this.#environment.onHide(() => this.#paints.flush()),
      ]
      void this.#loadConfig()
      this.#dispatch({ type: 'start' })
    } else if (this.#link.phase === 'stopped' && this.#demands.some(demand => demand.autoReconnect)) {
      // It was given up for views that wanted it so; there is one now that does not.
      this.#dispatch({ type: 'start' })
    }
    for (const view of this.#views) if (!view.isSettled) this.#questions.ask(view)
    if (this.#link.polling) this.#pollAll()
    if (this.#link.phase === 'live' && !this.#link.legacy) this.#subscribe()
  }

  #stop(): void {
    if (this.#hooks === null) return
    for (const unhook of this.#hooks) unhook()
    this.#hooks = null
    this.#configRequest?.abort()
    this.#dispatch({ type: 'stop' })
    this.#stream = NEW_STREAM
    this.#time.reset()
    this.#paints.forget()
    this.#alerts.clear()
    this.#snapshot.set(UNLINKED)
  }

  #dispatch(event: LinkEvent): void {
    const demands = this.#demands
    const isModern = isNumbered(this.#stream) || (this.#stream.epoch !== null && !this.#link.polling)
    const [next, actions] = step(this.#link, event, {
      now: this.#environment.now(),
      random: this.#environment.random(),
      policy: unitePolicy(demands, this.#snapshot.get().config),
      autoReconnect: demands.some(demand => demand.autoReconnect),
      isModern,
    })
    this.#link = next
    for (const action of actions) this.#perform(action)
    this.#publish()
  }

  #perform(action: LinkAction): void {
    switch (action.do) {
      case 'open':
        this.#open()
        return
      case 'close':
        this.#wire.close()
        this.#time.disconnected()
        this.#paints.drop()
        return
      case 'subscribe':
        this.#subscription = null
        this.#subscribe()
        return
      case 'ping':
        this.#wire.send({ type: 'ping', id: this.#time.ping() })
        return
      case 'accept-legacy':
        this.#take(acceptLegacy(this.#stream))
        return
      case 'poll':
        if (action.on) this.#pollAll()
        else this.#stopPolling()
        return
      case 'hurry':
        this.#questions.hurry()
        return
      case 'report':
        for (const view of this.#views) view.fail(action.error)
        return
      case 'set-timer':
        this.#timers.set(this.#environment, action.timer, action.ms, () => {
          this.#dispatch({ type: 'timer', timer: action.timer })
        })
        return
      case 'clear-timer':
        this.#timers.clear(this.#environment, action.timer)
        return
    }
  }

  #open(): void {
    this.#wire.open(this.#environment, this.#http.socketUrl(), {
      onOpen: () => {
        this.#stream = opened(this.#stream)
        this.#dispatch({ type: 'opened' })
      },
      onFrame: data => this.#hear(data),
      onClose: code => this.#dispatch({ type: 'closed', code }),
    })
  }

  /** Asks for what the views want together; from where it was, so that nothing is missed when the wish changes. */
  #subscribe(): void {
    const subscription = unite(this.#demands)
    if (this.#subscription !== null && sameSubscription(this.#subscription, subscription)) return
    this.#subscription = subscription
    const place = placeOf(this.#stream, subscription.mode)
    this.#stream = asked(this.#stream)
    this.#wire.send({ type: 'subscribe', ...subscription, ...place })
  }

  #hear(data: unknown): void {
    if (!this.#link.heard) this.#dispatch({ type: 'heard' })
    if (data instanceof ArrayBuffer) {
      const preview = parsePreview(data)
      if (preview) for (const view of this.#views) view.apply({ type: 'preview', preview })
      return
    }
    const message = typeof data === 'string' ? parseMessage(data) : null
    if (message) this.#take(receive(this.#stream, message))
  }

  #take([stream, outputs]: readonly [StreamState, readonly StreamOutput[]]): void {
    this.#stream = stream
    for (const output of outputs) this.#handle(output)
    this.#publish()
  }

  #handle(output: StreamOutput): void {
    switch (output.type) {
      case 'subscribed':
        this.#time.guess(output.timestamp)
        if (this.#link.phase === 'live' && !this.#link.legacy) return
        this.#alerts.connected()
        patch(this.#snapshot, { serverVersion: output.version ?? this.#snapshot.get().serverVersion })
        this.#dispatch({ type: 'subscribed' })
        if (output.resumed) for (const view of this.#views) view.resumed()
        // The server may be another version than before the interruption.
        void this.#loadConfig()
        return
      case 'pong':
        this.#onPong(output.id, output.timestamp)
        return
      case 'health':
        patch(this.#snapshot, { health: output.health })
        return
      case 'alert':
        this.#alerts.hear(output.alert)
        return
      case 'snapshot':
        this.#onSnapshot(output.images, output.epoch)
        return
      case 'update':
        for (const view of this.#views) if (matches(view.demand, output.image)) view.apply(output)
        return
      case 'reset':
      case 'removed':
        if (output.type === 'reset') this.#paints.forget()
        for (const view of this.#views) {
          view.apply(output)
          if (!view.isSettled) this.#questions.ask(view)
        }
        return
    }
  }

  #onPong(id: number, timestamp: number): void {
    if (!this.#time.pong(id, timestamp)) return
    // What the server had to say after `subscribed` came before its answer to a question asked since.
    this.#alerts.complete()
    for (const view of this.#views) view.retime()
  }

  #onSnapshot(images: Readonly<Record<string, LiveImage>>, epoch: string | null): void {
    for (const view of this.#views) {
      const newest = newestIn(images, view.demand)
      if (newest) view.apply({ type: 'snapshot', image: newest, epoch })
      // Only what is newest is at hand in a snapshot: an older coil has to be asked for, where there is somebody to ask.
      else if (this.#link.legacy) view.apply({ type: 'answer', image: null, isDemo: false, epoch })
      else this.#questions.ask(view)
    }
  }

  #onAnswer(view: LiveView, answer: CurrentAnswer): void {
    const { image, isDemo, epoch, timestamp } = answer
    // The socket knows better: the answer is from before the catalog was made anew.
    if (this.#link.phase === 'live' && this.#stream.epoch !== null && this.#stream.epoch !== epoch) return
    this.#time.guess(timestamp)
    view.apply({ type: 'answer', image, isDemo, epoch })
  }

  #pollAll(): void {
    for (const view of this.#views) this.#questions.poll(view)
  }

  #stopPolling(): void {
    this.#questions.stopPolling()
    this.#httpWorks = null
    this.#httpError = null
  }

  #onHttp(works: boolean): void {
    if (works === this.#httpWorks) return
    this.#httpWorks = works
    const error = works ? null : new LiveImageError('http')
    this.#httpError = error
    this.#publish()
    if (error) for (const view of this.#views) view.fail(error)
  }

  async #loadConfig(): Promise<void> {
    this.#configRequest?.abort()
    const stop = new AbortController()
    this.#configRequest = stop
    // Without it the defaults hold; it is asked for again with the next connection.
    const config = await this.#http.config(stop.signal).catch(() => null)
    if (config === null || stop.signal.aborted) return
    const same = JSON.stringify(this.#snapshot.get().config) === JSON.stringify(config)
    patch(this.#snapshot, { serverVersion: config.version, ...(same ? {} : { config }) })
  }

  #publish(): void {
    const connectionType =
      this.#link.phase === 'live'
        ? 'websocket'
        : this.#link.polling && this.#httpWorks === true
          ? 'http'
          : 'disconnected'
    const { node, seq: lastSeq } = this.#stream
    const failures = connectionType === 'websocket' ? 0 : this.#link.failures
    const error = connectionType === 'disconnected' ? (this.#httpError ?? this.#link.error) : null
    patch(this.#snapshot, { connectionType, error, failures, node, lastSeq })
  }
}

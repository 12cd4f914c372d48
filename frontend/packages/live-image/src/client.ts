/** One server: does what `link.ts` decides, feeds what `stream.ts` understood to the views. */
import { pageOrigin } from './address.ts'
import { type Alert, doubtAlerts, dropDoubted, type FiringAlerts, hearAlert, NO_ALERTS } from './alerts.ts'
import { guess, observe, type ServerClock, UNSET_CLOCK } from './clock.ts'
import { type Demand, matches, type Subscription, sameSubscription, unite, unitePolicy } from './demand.ts'
import { browserEnvironment, type Environment } from './environment.ts'
import { LiveImageError } from './errors.ts'
import { createHttp, type Http } from './http.ts'
import { type LinkAction, type LinkEvent, type LinkState, STOPPED, step, type TimerName } from './link.ts'
import { type LinkSnapshot, LiveView, UNLINKED } from './live-view.ts'
import { type CurrentAnswer, type Filter, type LiveImage, parseMessage, parsePreview } from './messages.ts'
import { Questions } from './questions.ts'
import { createStore, type ReadableStore } from './store.ts'
import { acceptLegacy, NEW_STREAM, opened, receive, type StreamOutput, type StreamState } from './stream.ts'
import { isNewer } from './view.ts'
import { Timers, Wire } from './wire.ts'

export interface ClientOptions {
  /** Where the gateway is, as `http://host:port`; default: where the page came from. */
  serverUrl?: string
  environment?: Environment
  /** Called when the last view has left and nothing of the client runs any more. */
  onIdle?: () => void
}

/** What a view may ask for; everything has a default. */
export interface ViewOptions extends Filter {
  mode?: Demand['mode']
  previews?: boolean
  autoReconnect?: boolean
  maxReconnectAttempts?: number
  reconnectDelay?: number
}

export class LiveImageClient {
  readonly #serverUrl: string | undefined
  readonly #onIdle: (() => void) | undefined
  /** Those that somebody looks at. */
  readonly #views = new Set<LiveView>()
  readonly #byDemand = new Map<string, LiveView>()
  readonly #wire = new Wire()
  readonly #timers = new Timers<TimerName>()
  readonly #snapshot = createStore<LinkSnapshot>(UNLINKED)
  /** Made when first needed: on a server that only renders there is neither a window nor a socket. */
  #madeEnvironment: Environment | undefined
  #madeHttp: Http | undefined
  #madeQuestions: Questions | undefined
  #link: LinkState = STOPPED
  #stream: StreamState = NEW_STREAM
  #clock: ServerClock = UNSET_CLOCK
  #subscription: Subscription | null = null
  /** The last ping, while it is unanswered: an answer to one before would only blur the clock. */
  #ping: { id: number; sentAt: number } | null = null
  #lastPing = 0
  #httpWorks = false
  #alerts: FiringAlerts = NO_ALERTS
  readonly #alertListeners = new Set<(alert: Alert) => void>()
  #stopWake: (() => void) | null = null
  #configRequest: AbortController | null = null
  #refreshPending = false

  constructor(options: ClientOptions = {}) {
    this.#serverUrl = options.serverUrl
    this.#onIdle = options.onIdle
    this.#madeEnvironment = options.environment
  }

  /** Connection state, health and configuration of this server. */
  get link(): ReadableStore<LinkSnapshot> {
    return this.#snapshot
  }

  /** The view of what matches, the same one for everybody who asks for the same; it costs nothing until somebody subscribes. */
  view(options: ViewOptions = {}): LiveView {
    const demand: Demand = { mode: 'latest', previews: false, autoReconnect: true, ...defined(options) }
    const key = demandKey(demand)
    const view = this.#byDemand.get(key) ?? this.#makeView(demand)
    this.#byDemand.set(key, view)
    return view
  }

  #makeView(demand: Demand): LiveView {
    return new LiveView(demand, {
      link: this.#snapshot,
      serverNow: () => this.serverNow(),
      setTimeout: (callback, ms) => this.#environment.setTimeout(callback, ms),
      clearTimeout: timer => this.#environment.clearTimeout(timer),
      attach: view => this.#attach(view),
      detach: view => this.#detach(view),
    })
  }

  /** Milliseconds since 1970 by the server's clock, as well as it is known. */
  serverNow(): number {
    return this.#environment.now() + this.#clock.offsetMs
  }

  /** Absolute address of an image, or of any path on this server. */
  resolve(path: string): string {
    return this.#http.resolve(path)
  }

  /** Hears of every alert that the socket tells, also of those that are over; returns how to stop that. */
  listenAlerts(listener: (alert: Alert) => void): () => void {
    this.#alertListeners.add(listener)
    return () => this.#alertListeners.delete(listener)
  }

  /** Tries at once instead of waiting. */
  retry(): void {
    if (this.#views.size > 0) this.#dispatch({ type: 'retry' })
  }

  /** Tells the server that image `seq` is on the screen now, which is where its latency ends. */
  painted(seq: number): void {
    if (this.#link.phase !== 'live' || this.#link.legacy) return
    this.#wire.send({ type: 'painted', seq, painted_at: Math.round(this.serverNow()) })
  }

  get #demands(): Demand[] {
    return [...this.#views].map(view => view.demand)
  }

  get #environment(): Environment {
    this.#madeEnvironment ??= browserEnvironment()
    return this.#madeEnvironment
  }

  get #questions(): Questions {
    this.#madeQuestions ??= new Questions({
      http: this.#http,
      environment: this.#environment,
      onAnswer: (view, answer) => this.#onAnswer(view, answer),
      onPolling: works => this.#onHttp(works),
    })
    return this.#madeQuestions
  }

  get #http(): Http {
    this.#madeHttp ??= createHttp(this.#serverUrl ?? pageOrigin(), this.#environment)
    return this.#madeHttp
  }

  #attach(view: LiveView): void {
    this.#views.add(view)
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
    if (this.#stopWake === null) {
      this.#stopWake = this.#environment.onWake(() => this.#dispatch({ type: 'wake' }))
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
    if (this.#stopWake === null) return
    this.#stopWake()
    this.#stopWake = null
    this.#configRequest?.abort()
    this.#dispatch({ type: 'stop' })
    this.#stream = NEW_STREAM
    this.#clock = UNSET_CLOCK
    this.#httpWorks = false
    this.#alerts = NO_ALERTS
    this.#snapshot.set(UNLINKED)
    this.#onIdle?.()
  }

  #dispatch(event: LinkEvent): void {
    const demands = this.#demands
    const [next, actions] = step(this.#link, event, {
      now: this.#environment.now(),
      random: this.#environment.random(),
      policy: unitePolicy(demands, this.#snapshot.get().config),
      autoReconnect: demands.some(demand => demand.autoReconnect),
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
        this.#ping = null
        return
      case 'subscribe':
        this.#subscription = null
        this.#subscribe()
        return
      case 'ping':
        this.#sendPing()
        return
      case 'accept-legacy':
        this.#take(acceptLegacy(this.#stream))
        return
      case 'poll':
        if (action.on) this.#pollAll()
        else this.#stopPolling()
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
    this.#wire.open(this.#environment, this.#http.socketUrl, {
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
    const { epoch, seq } = this.#stream
    const resume = epoch !== null && seq !== null ? { epoch, seq } : {}
    this.#wire.send({ type: 'subscribe', ...subscription, ...resume })
  }

  #sendPing(): void {
    this.#lastPing += 1
    this.#ping = { id: this.#lastPing, sentAt: this.#environment.now() }
    this.#wire.send({ type: 'ping', id: this.#lastPing })
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
        this.#clock = guess(this.#clock, this.#environment.now(), output.timestamp)
        if (this.#link.phase === 'subscribing') this.#alerts = doubtAlerts(this.#alerts)
        this.#patch({ serverVersion: output.version ?? this.#snapshot.get().serverVersion })
        this.#dispatch({ type: 'subscribed' })
        // The server may be another version than before the interruption.
        void this.#loadConfig()
        return
      case 'pong':
        this.#onPong(output.id, output.timestamp)
        return
      case 'health':
        this.#patch({ health: output.health })
        return
      case 'alert':
        this.#onAlerts(hearAlert(this.#alerts, output.alert))
        for (const listener of [...this.#alertListeners]) listener(output.alert)
        return
      case 'snapshot':
        this.#onSnapshot(output.images, output.epoch)
        return
      case 'update':
        for (const view of this.#views) if (matches(view.demand, output.image)) view.apply(output)
        return
      case 'removed':
      case 'reset':
        for (const view of this.#views) {
          view.apply(output)
          if (!view.isSettled) this.#questions.ask(view)
        }
        return
    }
  }

  #onPong(id: number, timestamp: number): void {
    if (this.#ping?.id !== id) return
    const before = this.#clock.offsetMs
    this.#clock = observe(this.#clock, this.#ping.sentAt, this.#environment.now(), timestamp)
    this.#ping = null
    // What the server had to say after `subscribed` came before its answer to a question asked since.
    this.#onAlerts(dropDoubted(this.#alerts))
    if (this.#clock.offsetMs !== before) for (const view of this.#views) view.retime()
  }

  #onAlerts(alerts: FiringAlerts): void {
    this.#alerts = alerts
    this.#patch({ alerts: alerts.firing })
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
    this.#clock = guess(this.#clock, this.#environment.now(), timestamp)
    view.apply({ type: 'answer', image, isDemo, epoch })
  }

  #pollAll(): void {
    for (const view of this.#views) this.#questions.poll(view)
  }

  #stopPolling(): void {
    this.#questions.stopPolling()
    this.#httpWorks = false
  }

  #onHttp(works: boolean): void {
    if (works === this.#httpWorks) return
    this.#httpWorks = works
    this.#publish()
    if (!works) for (const view of this.#views) view.fail(new LiveImageError('http'))
  }

  async #loadConfig(): Promise<void> {
    this.#configRequest?.abort()
    const stop = new AbortController()
    this.#configRequest = stop
    // Without it the defaults hold; it is asked for again with the next connection.
    const config = await this.#http.config(stop.signal).catch(() => null)
    if (config === null || stop.signal.aborted) return
    const same = JSON.stringify(this.#snapshot.get().config) === JSON.stringify(config)
    this.#patch({ serverVersion: config.version, ...(same ? {} : { config }) })
  }

  #publish(): void {
    const connectionType =
      this.#link.phase === 'live' ? 'websocket' : this.#link.polling && this.#httpWorks ? 'http' : 'disconnected'
    const { node, seq: lastSeq } = this.#stream
    const failures = connectionType === 'websocket' ? 0 : this.#link.failures
    const error = connectionType === 'disconnected' ? this.#link.error : null
    this.#patch({ connectionType, error, failures, node, lastSeq })
  }

  /** Nobody is called when nothing changes. */
  #patch(changes: Partial<LinkSnapshot>): void {
    const before = this.#snapshot.get()
    const changed = (Object.keys(changes) as (keyof LinkSnapshot)[]).some(key => !Object.is(changes[key], before[key]))
    if (changed) this.#snapshot.set({ ...before, ...changes })
  }
}

/** Under its kind's name stands the newest of a kind, under `<kind>_<coil>` the newest of a coil, which may be an old one. */
function newestIn(images: Readonly<Record<string, LiveImage>>, filter: Filter): LiveImage | null {
  let newest: LiveImage | null = null
  for (const [name, image] of Object.entries(images)) {
    const ofCoil = filter.coilNumber !== undefined && name === `${image.type}_${filter.coilNumber}`
    const isCandidate = name === image.type || ofCoil
    if (isCandidate && matches(filter, image) && (newest === null || isNewer(image, newest))) newest = image
  }
  return newest
}

function demandKey(demand: Demand): string {
  return JSON.stringify(Object.entries(demand).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Without the keys whose value is undefined, which would hide the defaults. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}

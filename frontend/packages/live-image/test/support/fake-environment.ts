import type { Environment, Socket } from '../../src/environment.ts'
import type { ClientMessage, CurrentAnswer, LiveImage, ServerConfig } from '../../src/messages.ts'

export const EPOCH = 'e1'
export const T0 = 1_763_949_600_000

export function image(seq: number, more: Partial<LiveImage> = {}): LiveImage {
  const type = more.type ?? 'original'
  const filename = more.filename ?? `20251124110000_2891_${seq}_${type}.jpg`
  return {
    filename,
    url: `/image/${type}/${filename}`,
    timestamp: T0 + seq,
    type,
    coil_number: '2891',
    size: 1000,
    created_at: new Date(T0 + seq).toISOString(),
    camera: 'main',
    seq,
    width: 2448,
    height: 2048,
    written_at: T0 + seq,
    seen_at: T0 + seq,
    ...more,
  }
}

export function previewFrame(seq: number, epoch = EPOCH): ArrayBuffer {
  const header = new TextEncoder().encode(
    JSON.stringify({ type: 'preview', epoch, seq, size: 'screen', width: 8, height: 8, contentType: 'image/jpeg' }),
  )
  const frame = new Uint8Array(4 + header.length + 3)
  new DataView(frame.buffer).setUint32(0, header.length)
  frame.set(header, 4)
  frame.set([0xff, 0xd8, 0xff], 4 + header.length)
  return frame.buffer
}

interface ServeOptions {
  epoch?: string
  seq?: number
  /** The newest of their kinds. */
  images?: LiveImage[]
  /** Or all that stands in the snapshot, by name. */
  named?: Record<string, LiveImage>
  timestamp?: number
}

/** The server's end of one socket. */
export class FakeSocket implements Socket {
  binaryType: BinaryType = 'blob'
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  isClosed = false
  readonly sent: ClientMessage[] = []
  readonly url: string

  constructor(url: string) {
    this.url = url
  }
  send(data: string) {
    this.sent.push(JSON.parse(data))
  }
  close() {
    this.isClosed = true
  }

  accept() {
    this.onopen?.(new Event('open'))
  }
  say(message: object | ArrayBuffer) {
    const data = message instanceof ArrayBuffer ? message : JSON.stringify(message)
    this.onmessage?.(new MessageEvent('message', { data }))
  }
  drop(code = 1006) {
    this.isClosed = true
    this.onclose?.(new CloseEvent('close', { code }))
  }
  /** Opens and answers `subscribe` as the gateway does. */
  serve(options: ServeOptions = {}) {
    const { epoch = EPOCH, seq = 0, images = [], timestamp = T0 } = options
    this.accept()
    this.say({ type: 'subscribed', node: 'line-1', epoch, seq, mode: 'latest', timestamp })
    const data = options.named ?? Object.fromEntries(images.map(each => [each.type, each]))
    const last = this.lastSubscribe
    if (last?.epoch === undefined) this.say({ type: 'current_images', data, timestamp })
  }
  update(updated: LiveImage, more: object = {}) {
    this.say({ type: 'image_update', data: updated, timestamp: T0, epoch: EPOCH, skipped: 0, ...more })
  }
  get lastSubscribe() {
    return this.sent.filter(message => message.type === 'subscribe').at(-1)
  }
  get pings() {
    return this.sent.filter(message => message.type === 'ping')
  }
}

type Answer = { status: number; body?: unknown }

/** Time that only `advance` moves, sockets and answers that only the test gives. */
export class FakeEnvironment implements Environment {
  time = T0
  randomValue = 0.5
  readonly sockets: FakeSocket[] = []
  readonly requests: { url: URL; answer: (answer: Answer) => Promise<void>; signal: AbortSignal }[] = []
  config: ServerConfig | null = null
  #timers = new Map<number, { at: number; callback: () => void }>()
  #lastTimer = 0
  #wake = new Set<() => void>()
  #hide = new Set<() => void>()
  hidden = false

  now = () => this.time
  random = () => this.randomValue
  setTimeout = (callback: () => void, ms: number) => {
    this.#lastTimer += 1
    this.#timers.set(this.#lastTimer, { at: this.time + ms, callback })
    return this.#lastTimer
  }
  clearTimeout = (timer: number) => {
    this.#timers.delete(timer)
  }
  openSocket = (url: string) => {
    const socket = new FakeSocket(url)
    this.sockets.push(socket)
    return socket
  }
  fetch = (url: string, init: RequestInit) => {
    const signal = init.signal ?? new AbortController().signal
    const asked = new URL(url)
    if (asked.pathname === '/api/config') {
      return Promise.resolve(new Response(JSON.stringify(this.config), { status: this.config ? 200 : 404 }))
    }
    return new Promise<Response>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
      const answer = async ({ status, body }: Answer) => {
        resolve(new Response(body === undefined ? null : JSON.stringify(body), { status }))
        await settle()
      }
      this.requests.push({ url: asked, answer, signal })
    })
  }
  onWake = (callback: () => void) => {
    this.#wake.add(callback)
    return () => this.#wake.delete(callback)
  }

  onHide = (callback: () => void) => {
    this.#hide.add(callback)
    return () => this.#hide.delete(callback)
  }
  isHidden = () => this.hidden

  /** The page goes out of sight. */
  hide() {
    this.hidden = true
    for (const callback of this.#hide) callback()
  }
  /** It comes back, or the network does. */
  wake() {
    this.hidden = false
    for (const callback of this.#wake) callback()
  }
  get timers() {
    return this.#timers.size
  }
  get wakers() {
    return this.#wake.size + this.#hide.size
  }
  get socket(): FakeSocket {
    const last = this.sockets.at(-1)
    if (!last) throw new Error('no socket was opened')
    return last
  }
  get request() {
    const last = this.requests.at(-1)
    if (!last) throw new Error('nothing was asked')
    return last
  }

  async advance(ms: number) {
    const end = this.time + ms
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0]
      if (!due) break
      const [timer, { at, callback }] = due
      this.#timers.delete(timer)
      this.time = Math.max(this.time, at)
      callback()
      await settle()
    }
    this.time = end
  }
}

/** Lets every promise that can go on do so. */
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  await new Promise<void>(done => setImmediate(done))
}

export function current(found: LiveImage | null, more: Partial<CurrentAnswer> = {}): Answer {
  const body = { image: found, isDemo: false, epoch: EPOCH, seq: found?.seq ?? 0, timestamp: T0, ...more }
  return { status: 200, body }
}

export const CONFIG: ServerConfig = {
  reconnect: { maxAttempts: 2, delayMs: 1000 },
  staleAfterS: 10,
  kinds: ['original', 'labeled'],
  cameras: ['main'],
  language: 'ko',
  node: 'line-1',
  version: '0.1.0',
}

/** A TCP proxy that does to connections what networks do. */
import { connect, createServer, type Server, type Socket } from 'node:net'

interface Pair {
  /** Towards who connected, and towards the server. */
  near: Socket
  far: Socket
  isWebSocket: boolean
}

export class TcpProxy {
  /** Every chunk is passed on so much later. */
  delayMs = 0
  /** Nothing is passed on, and nobody is told. */
  isSwallowing = false
  /** Connections are taken and closed at once. */
  isRefusing = false
  /** The same for WebSockets only. */
  isRefusingSockets = false
  /** How many bytes of the server's a WebSocket still passes on before it is cut, once. */
  cutsAfterBytes: number | null = null
  port = 0
  readonly #target: number
  readonly #server: Server
  readonly #pairs = new Set<Pair>()

  constructor(target: number) {
    this.#target = target
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, near => this.#accept(near))
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    await new Promise<void>(done => this.#server.listen(0, '127.0.0.1', done))
    this.port = (this.#server.address() as { port: number }).port
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise<void>(done => this.#server.close(() => done()))
  }

  /** Every connection ends here and now, in the middle of whatever it carries. */
  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    this.#pairs.clear()
  }

  /** One direction of every connection ends in order, the other stays open. */
  halfClose(side: 'near' | 'far'): void {
    for (const pair of this.#pairs) pair[side].end()
  }

  #accept(near: Socket): void {
    near.on('error', () => near.destroy())
    if (this.isRefusing) {
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const pair: Pair = { near, far, isWebSocket: false }
    this.#pairs.add(pair)
    this.#pass(pair, near, far, chunk => {
      if (pair.isWebSocket || !/upgrade: websocket/i.test(chunk.toString('latin1'))) return
      pair.isWebSocket = true
      if (this.isRefusingSockets) this.#end(pair)
    })
    this.#pass(pair, far, near, chunk => {
      if (this.cutsAfterBytes === null || !pair.isWebSocket) return
      this.cutsAfterBytes -= chunk.length
      if (this.cutsAfterBytes > 0) return
      near.write(chunk.subarray(0, chunk.length + this.cutsAfterBytes))
      this.cutsAfterBytes = null
      this.#end(pair)
    })
  }

  #pass(pair: Pair, from: Socket, to: Socket, look: (chunk: Buffer) => void): void {
    from.on('data', chunk => {
      if (this.isSwallowing) return
      look(chunk)
      const write = () => to.writable && to.write(chunk)
      if (this.delayMs === 0) write()
      else setTimeout(write, this.delayMs)
    })
    from.on('end', () => {
      if (!this.isSwallowing) setTimeout(() => to.end(), this.delayMs)
    })
    from.on('error', () => this.#end(pair))
    from.on('close', () => {
      if (!this.isSwallowing) this.#end(pair)
    })
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair)
    // What was written still gets there.
    pair.near.destroySoon()
    pair.far.destroy()
  }
}

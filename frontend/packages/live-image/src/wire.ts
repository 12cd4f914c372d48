/** One WebSocket at a time, and nothing heard from the one before. */
import type { Environment, Socket } from './environment.ts'
import type { ClientMessage } from './messages.ts'

export interface WireHandlers {
  onOpen(): void
  onFrame(data: unknown): void
  onClose(code: number): void
}

/** What browsers say of a socket that ended without a word. */
const NEVER_OPENED = 1006

export class Wire {
  #socket: Socket | null = null

  open(environment: Environment, url: string, handlers: WireHandlers): void {
    let socket: Socket
    try {
      socket = environment.openSocket(url)
    } catch {
      // An address that is none, or that this page may not use: as good as a server that is not there.
      queueMicrotask(() => handlers.onClose(NEVER_OPENED))
      return
    }
    socket.binaryType = 'arraybuffer'
    socket.onopen = handlers.onOpen
    socket.onmessage = event => handlers.onFrame(event.data)
    socket.onclose = event => handlers.onClose(event.code)
    this.#socket = socket
  }

  close(): void {
    const socket = this.#socket
    this.#socket = null
    if (socket === null) return
    socket.onopen = null
    socket.onmessage = null
    socket.onclose = null
    socket.close()
  }

  send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message))
  }
}

/** Timers by name: setting one again replaces it. */
export class Timers<Name> {
  readonly #running = new Map<Name, number>()

  set(environment: Environment, name: Name, ms: number, callback: () => void): void {
    this.clear(environment, name)
    this.#running.set(name, environment.setTimeout(callback, ms))
  }

  clear(environment: Environment, name: Name): void {
    const timer = this.#running.get(name)
    if (timer !== undefined) environment.clearTimeout(timer)
    this.#running.delete(name)
  }
}

/** One WebSocket at a time, and nothing heard from the one before. */
import type { Environment, Socket } from './environment.ts'
import type { ClientMessage } from './messages.ts'

export interface WireHandlers {
  onOpen(): void
  onFrame(data: unknown): void
  onClose(code: number): void
}

export class Wire {
  #socket: Socket | null = null

  open(environment: Environment, url: string, handlers: WireHandlers): void {
    const socket = environment.openSocket(url)
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

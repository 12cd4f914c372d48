/** What is to be done soon, each thing once however often it is asked for. */

export class Chores<Name extends string> {
  readonly #run: (name: Name) => void
  readonly #timers = new Map<Name, number>()
  readonly #frames = new Map<Name, number>()

  constructor(run: (name: Name) => void) {
    this.#run = run
  }

  /** With the next frame of the screen. */
  next(name: Name): void {
    if (this.#frames.has(name)) return
    const frame = requestAnimationFrame(() => {
      this.#frames.delete(name)
      this.#run(name)
    })
    this.#frames.set(name, frame)
  }

  /** In so many milliseconds from when it was first asked for. */
  soon(name: Name, ms: number): void {
    if (!this.#timers.has(name)) this.rest(name, ms)
  }

  /** Once it was not asked for during so many milliseconds. */
  rest(name: Name, ms: number): void {
    window.clearTimeout(this.#timers.get(name))
    const timer = window.setTimeout(() => {
      this.#timers.delete(name)
      this.#run(name)
    }, ms)
    this.#timers.set(name, timer)
  }

  stop(): void {
    for (const timer of this.#timers.values()) window.clearTimeout(timer)
    for (const frame of this.#frames.values()) cancelAnimationFrame(frame)
  }
}

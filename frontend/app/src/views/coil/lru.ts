/** Keeps what was used last within so many bytes, and lets go of the rest. */

export interface LruOptions<Value> {
  readonly limitBytes: number
  sizeOf(value: Value): number
  dispose(value: Value): void
}

export class Lru<Value> {
  readonly #options: LruOptions<Value>
  readonly #entries = new Map<string, { value: Value; bytes: number }>()
  #bytes = 0

  constructor(options: LruOptions<Value>) {
    this.#options = options
  }

  get bytes(): number {
    return this.#bytes
  }

  get count(): number {
    return this.#entries.size
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  /** Counts as a use. */
  get(key: string): Value | null {
    const entry = this.#entries.get(key)
    if (entry === undefined) return null
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  /** What `isKept` says of a key holds it even beyond the limit: what is on the screen is not let go of, or it would be loaded again at once. */
  set(key: string, value: Value, isKept: (key: string) => boolean = () => false): void {
    this.#remove(key)
    const bytes = this.#options.sizeOf(value)
    this.#entries.set(key, { value, bytes })
    this.#bytes += bytes
    for (const old of [...this.#entries.keys()]) {
      if (this.#bytes <= this.#options.limitBytes) break
      if (old !== key && !isKept(old)) this.#remove(old)
    }
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.#remove(key)
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
    this.#options.dispose(entry.value)
  }
}

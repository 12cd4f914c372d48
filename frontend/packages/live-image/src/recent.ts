/** A set of numbers that forgets the oldest when it is full. Pure. */
export class Recent {
  readonly #limit: number
  readonly #numbers = new Set<number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  has(number: number): boolean {
    return this.#numbers.has(number)
  }

  add(number: number): void {
    this.#numbers.add(number)
    if (this.#numbers.size <= this.#limit) return
    const [oldest] = this.#numbers
    if (oldest !== undefined) this.#numbers.delete(oldest)
  }

  /** Forgets all up to `number`, of numbers that were added in their order: it stops at the first that is larger. */
  dropUpTo(number: number): void {
    for (const each of this.#numbers) {
      if (each > number) return
      this.#numbers.delete(each)
    }
  }

  clear(): void {
    this.#numbers.clear()
  }
}

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

  /** Forgets all up to `number`. */
  dropUpTo(number: number): void {
    for (const each of this.#numbers) if (each <= number) this.#numbers.delete(each)
  }

  clear(): void {
    this.#numbers.clear()
  }
}

/** The smallest store: a value, who listens, and no call when nothing changed. */
export interface ReadableStore<State> {
  get(): State
  subscribe(listener: () => void): () => void
}
export interface Store<State> extends ReadableStore<State> {
  set(next: State): void
}

export function createStore<State>(initial: State): Store<State> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    set(next) {
      if (Object.is(next, state)) return
      state = next
      for (const listener of [...listeners]) listener()
    },
    subscribe(listener) {
      // Wrapped, so that one function given twice is two subscriptions.
      const entry = () => listener()
      listeners.add(entry)
      return () => listeners.delete(entry)
    },
  }
}

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

/**
 * A store that is kept up by `start` as long as anybody listens, and by what that returns comes to rest, `initial` again. It
 * waits for the end of the current task to rest, so that who leaves and comes back in one breath (React's StrictMode, another
 * page with the same part) finds what was there.
 */
export function createLiveStore<State>(initial: State, start: () => () => void): Store<State> {
  const store = createStore(initial)
  let users = 0
  let stop: (() => void) | null = null
  const rest = () => {
    if (users > 0 || stop === null) return
    const end = stop
    stop = null
    end()
    store.set(initial)
  }
  return {
    get: store.get,
    set: store.set,
    subscribe(listener) {
      const leave = store.subscribe(listener)
      users += 1
      stop ??= start()
      let left = false
      return () => {
        if (left) return
        left = true
        leave()
        users -= 1
        if (users === 0) queueMicrotask(rest)
      }
    },
  }
}

/** Sets what differs; nobody is called when nothing does. */
export function patch<State extends object>(store: Store<State>, changes: Partial<State>): void {
  const before = store.get()
  const changed = (Object.keys(changes) as (keyof State)[]).some(key => !Object.is(changes[key], before[key]))
  if (changed) store.set({ ...before, ...changes })
}

/** A store that never changes. */
export function still<State>(state: State): ReadableStore<State> {
  return { get: () => state, subscribe: () => () => {} }
}

/** A store for a component: it renders again only when something changed that it has read. */
import { useCallback, useMemo, useRef, useSyncExternalStore } from 'react'
import type { ReadableStore } from './store.ts'

/**
 * What `source` holds, with what `methods` makes of it: a new object for every change, so that it can stand in a dependency
 * list. `idle` is what a server renders. `methods` must be the same function as long as it does the same.
 */
export function useTracked<State extends object, Methods extends object>(
  source: ReadableStore<State>,
  idle: State,
  methods: (tracked: State) => Methods,
): State & Methods {
  const used = useRef(new Set<keyof State>())
  const last = useRef<State | null>(null)
  /** What a server has rendered is taken over as it is, whatever is known by now. */
  const isTakingOver = useRef(false)
  const getServerSnapshot = () => {
    isTakingOver.current = true
    last.current = idle
    return idle
  }
  const getSnapshot = () => {
    isTakingOver.current = false
    const next = source.get()
    last.current ??= next
    const before = last.current
    const changed = [...used.current].some(key => !Object.is(next[key], before[key]))
    if (changed) last.current = next
    return last.current
  }
  const subscribe = useCallback((changed: () => void) => source.subscribe(changed), [source])
  const snapshot = useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `snapshot` is what tells that something changed
  return useMemo(() => {
    const tracked = {} as State
    for (const key of Object.keys(idle) as (keyof State)[]) {
      const get = () => {
        used.current.add(key)
        return (isTakingOver.current ? idle : source.get())[key]
      }
      Object.defineProperty(tracked, key, { enumerable: true, get })
    }
    return Object.assign(tracked, methods(tracked))
  }, [source, idle, methods, snapshot])
}

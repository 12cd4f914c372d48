/** The place that the address names, and how to go to another. */
import { useMemo, useSyncExternalStore } from 'react'
import { inView, type Params, type Place, readPlace, type View, withParams, writePlace } from './place.ts'

const CHANGED = 'coilcast:place'

/** Goes there. `replace` leaves no step in the browser's history: for what changes while one looks, such as a zoom. */
export function goTo(place: Place, { replace = false } = {}): void {
  const { pathname, hash } = window.location
  const address = pathname + writePlace(place) + hash
  if (replace) window.history.replaceState(null, '', address)
  else window.history.pushState(null, '', address)
  window.dispatchEvent(new Event(CHANGED))
}

export interface Here {
  readonly place: Place
  readonly view: View
  readonly params: Place['params']
  /** Changes parameters of this view. */
  change(changes: Params, options?: { replace?: boolean }): void
  /** Goes to another view of the same camera, type and coil. */
  open(view: View, changes?: Params): void
}

export function usePlace(): Here {
  const search = useSyncExternalStore(
    listen,
    () => window.location.search,
    () => '',
  )
  return useMemo(() => {
    const place = readPlace(search)
    return {
      place,
      ...place,
      change: (changes, options) => goTo(withParams(readPlace(window.location.search), changes), options),
      open: (view, changes) => goTo(inView(readPlace(window.location.search), view, changes)),
    }
  }, [search])
}

function listen(changed: () => void) {
  window.addEventListener('popstate', changed)
  window.addEventListener(CHANGED, changed)
  return () => {
    window.removeEventListener('popstate', changed)
    window.removeEventListener(CHANGED, changed)
  }
}

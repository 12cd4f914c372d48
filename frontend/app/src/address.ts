/** What is shown stands in the address, so that it can be linked and survives a reload. */
import { useCallback, useSyncExternalStore } from 'react'

export interface Shown {
  imageType: string
  camera: string | undefined
  coilNumber: string | undefined
}

/** What every part of the panel looks at: the same options are the same view, so the server is asked once. */
export interface Filter extends Shown {
  previews: true
}

const DEFAULT_TYPE = 'original'
const CHANGED = 'coilcast:address'

export function readAddress(search: string): Shown {
  const query = new URLSearchParams(search)
  return {
    imageType: query.get('type') || DEFAULT_TYPE,
    camera: query.get('camera') || undefined,
    coilNumber: query.get('coil') || undefined,
  }
}

/** The query that shows `imageType`, with everything else as it is. */
export function withType(search: string, imageType: string): string {
  const query = new URLSearchParams(search)
  if (imageType === DEFAULT_TYPE) query.delete('type')
  else query.set('type', imageType)
  const text = query.toString()
  return text ? `?${text}` : ''
}

export function useAddress(): [Shown, (imageType: string) => void] {
  const search = useSyncExternalStore(
    listen,
    () => window.location.search,
    () => '',
  )
  const show = useCallback((imageType: string) => {
    const { pathname, search: before, hash } = window.location
    window.history.replaceState(null, '', pathname + withType(before, imageType) + hash)
    window.dispatchEvent(new Event(CHANGED))
  }, [])
  return [readAddress(search), show]
}

function listen(changed: () => void) {
  window.addEventListener('popstate', changed)
  window.addEventListener(CHANGED, changed)
  return () => {
    window.removeEventListener('popstate', changed)
    window.removeEventListener(CHANGED, changed)
  }
}

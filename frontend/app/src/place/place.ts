/**
 * What is shown stands in the address, so that it can be linked and survives a reload. Pure: an address's query is a place, and a
 * place is a query. `view` says which view; the rest belongs to the views, which share `camera`, `type` and `coil`.
 */

export const VIEWS = ['live', 'compare', 'history', 'coil', 'status', 'alerts'] as const
export type View = (typeof VIEWS)[number]

export interface Place {
  readonly view: View
  /** Everything else in the query. An empty value is as good as none. */
  readonly params: Readonly<Record<string, string>>
}

/** What changes on the way to another place: undefined takes a parameter away. */
export type Params = Readonly<Record<string, string | number | undefined>>

/** Meant by all views, and so kept from one to the next. */
const SHARED = ['camera', 'type', 'coil', 'kiosk', 'lang', 'theme']

export function readPlace(search: string): Place {
  const params: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(search)) if (name !== 'view' && value !== '') params[name] = value
  const view = new URLSearchParams(search).get('view')
  return { view: VIEWS.find(known => known === view) ?? 'live', params }
}

/** The query of a place, with its question mark; empty for the live view as it opens. */
export function writePlace({ view, params }: Place): string {
  const query = new URLSearchParams(view === 'live' ? {} : { view })
  for (const [name, value] of Object.entries(params)) if (value !== '') query.set(name, value)
  const text = query.toString()
  return text ? `?${text}` : ''
}

/** The same view with some parameters changed. */
export function withParams(place: Place, changes: Params): Place {
  const params = { ...place.params }
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') delete params[name]
    else params[name] = String(value)
  }
  return { view: place.view, params }
}

/** Another view, of the same camera, type and coil. */
export function inView(place: Place, view: View, changes: Params = {}): Place {
  const kept = Object.fromEntries(Object.entries(place.params).filter(([name]) => SHARED.includes(name)))
  return withParams({ view, params: kept }, changes)
}

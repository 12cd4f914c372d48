/** What the list shows: the pages that were asked for, with what has happened since. Pure. */
import type { Alert } from '@coilcast/live-image'

export const FILTERS = ['all', 'firing'] as const
export type Filter = (typeof FILTERS)[number]

export function readFilter(text: string | undefined): Filter {
  return text === 'firing' ? 'firing' : 'all'
}

/**
 * In the server's order: firing ones first, then the newest start first. `live` is what is known better than the pages; a past one
 * of it that belongs to a page not yet asked for waits for that, or the list would seem to have no hole there.
 */
export function listAlerts(
  pages: readonly Alert[],
  live: readonly Alert[],
  { filter, hasMore }: { filter: Filter; hasMore: boolean },
): Alert[] {
  const byId = new Map(pages.map(alert => [alert.id, alert]))
  const oldest = pages.findLast(alert => alert.state === 'resolved')?.started_at ?? Number.POSITIVE_INFINITY
  for (const alert of live) {
    const known = byId.get(alert.id)
    const belongs = known ? alert.changed_at >= known.changed_at : isWithin(alert, hasMore ? oldest : 0)
    if (belongs) byId.set(alert.id, alert)
  }
  const wanted = [...byId.values()].filter(alert => filter === 'all' || alert.state === 'firing')
  return wanted.sort(serverOrder)
}

function isWithin(alert: Alert, oldest: number): boolean {
  return alert.state === 'firing' || alert.started_at >= oldest
}

function serverOrder(one: Alert, other: Alert): number {
  const past = (alert: Alert) => (alert.state === 'firing' ? 0 : 1)
  return past(one) - past(other) || other.started_at - one.started_at || other.id - one.id
}

/** The neighbour of the chosen alert, or the first one while none is chosen. */
export function neighbour(list: readonly Alert[], chosen: number | null, step: 1 | -1): number | null {
  const at = list.findIndex(alert => alert.id === chosen)
  const next = at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + step))
  return list[next]?.id ?? null
}

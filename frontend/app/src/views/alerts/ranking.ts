/** Which of the alerts that are firing comes first. Pure. */
import type { Alert } from '@coilcast/live-image'

const WEIGHT = { critical: 2, warning: 1, info: 0 }

export interface Ranking {
  /** What to show first: of what calls, the worst; of equally bad ones, the newest. */
  readonly worst: Alert
  readonly others: number
  readonly calling: number
}

/** It wants somebody: nobody has acknowledged it, and it is more than news such as that the line stands. */
export function isCalling(alert: Alert): boolean {
  return alert.severity !== 'info' && alert.acknowledged === null
}

/** Null when nothing is firing. */
export function rank(firing: readonly Alert[]): Ranking | null {
  const [worst, ...others] = [...firing].sort(worseFirst)
  if (worst === undefined) return null
  return { worst, others: others.length, calling: firing.filter(isCalling).length }
}

function worseFirst(one: Alert, other: Alert): number {
  return (
    Number(isCalling(other)) - Number(isCalling(one)) ||
    WEIGHT[other.severity] - WEIGHT[one.severity] ||
    other.started_at - one.started_at ||
    other.id - one.id
  )
}

/** The worst of those that are new and call. */
export function worstNews(firing: readonly Alert[], known: ReadonlySet<number>): Alert | null {
  return rank(firing.filter(alert => !known.has(alert.id) && isCalling(alert)))?.worst ?? null
}

/** Which of the alerts that are firing comes first. Pure. */
import type { Alert } from '@coilcast/live-image'

const WEIGHT = { critical: 2, warning: 1, info: 0 }

export interface Ranking {
  /** What to show first: of what nobody has acknowledged, the worst; of equally bad ones, the newest. */
  readonly worst: Alert
  readonly others: number
  readonly unacknowledged: number
}

/** Null when nothing is firing. */
export function rank(firing: readonly Alert[]): Ranking | null {
  const [worst, ...others] = [...firing].sort(worseFirst)
  if (worst === undefined) return null
  return { worst, others: others.length, unacknowledged: firing.filter(alert => alert.acknowledged === null).length }
}

function worseFirst(one: Alert, other: Alert): number {
  const open = (alert: Alert) => (alert.acknowledged === null ? 1 : 0)
  return (
    open(other) - open(one) ||
    WEIGHT[other.severity] - WEIGHT[one.severity] ||
    other.started_at - one.started_at ||
    other.id - one.id
  )
}

/** The worst of those that are new and that nobody has acknowledged. */
export function worstNews(firing: readonly Alert[], known: ReadonlySet<number>): Alert | null {
  return rank(firing.filter(alert => !known.has(alert.id) && alert.acknowledged === null))?.worst ?? null
}

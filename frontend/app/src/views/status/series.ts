/** What the charts draw. Pure: a place for each minute of the hour, so that a minute without images is a hole and not a line. */
import type { StageLatency } from '@coilcast/live-image'

const MINUTE_MS = 60_000

export type Column = (number | null)[]

export interface Hour {
  readonly from: number
  readonly to: number
}

function minutesOf({ from, to }: Hour): number[] {
  const first = Math.floor(from / MINUTE_MS)
  const last = Math.floor(to / MINUTE_MS)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * MINUTE_MS)
}

/** The minutes, and p50 and p95 of each. */
export function latencySeries(stage: StageLatency, hour: Hour): [number[], Column, Column] {
  const known = new Map(stage.minutes.map(([minute, p50, p95]) => [minute, { p50, p95 }]))
  const minutes = minutesOf(hour)
  return [
    minutes,
    minutes.map(minute => known.get(minute)?.p50 ?? null),
    minutes.map(minute => known.get(minute)?.p95 ?? null),
  ]
}

/** The minutes, and how many images came in each: none is a number here. */
export function rateSeries(counts: readonly (readonly [number, number])[], hour: Hour): [number[], number[]] {
  const known = new Map(counts)
  const minutes = minutesOf(hour)
  return [minutes, minutes.map(minute => known.get(minute) ?? 0)]
}

export interface Peak {
  readonly at: number
  readonly ms: number
}

/** The minute in which the slow ones were slowest. */
export function slowest({ minutes }: StageLatency): Peak | null {
  return minutes.reduce<Peak | null>((peak, [at, , ms]) => (peak === null || ms > peak.ms ? { at, ms } : peak), null)
}

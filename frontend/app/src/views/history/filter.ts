/** Which images the history is about: always those of one camera and one kind, as one frame is one picture in the strip. Pure. */
import { DEFAULT_TYPE } from '../../data/live-filter.ts'
import type { Params, Place } from '../../place/place.ts'
import { startOfDay } from './zoned.ts'

export interface HistoryFilter {
  readonly camera: string | undefined
  readonly imageType: string
  readonly coilNumber: string | undefined
  /** Captured in from <= time < to, Unix milliseconds. */
  readonly from: number | undefined
  readonly to: number | undefined
}

/** `cameras` are those that the server knows: the first is looked at when the address names none. */
export function historyFilter({ params }: Place, cameras: readonly string[]): HistoryFilter {
  const [from, to] = [readTime(params.from), readTime(params.to)]
  return {
    camera: params.camera ?? cameras[0],
    imageType: params.type ?? DEFAULT_TYPE,
    coilNumber: params.coil,
    from,
    to: from !== undefined && to !== undefined && to <= from ? undefined : to,
  }
}

/** Nothing left out but by camera and kind. */
export const EVERYTHING: Params = { coil: undefined, from: undefined, to: undefined }

export const RANGES = ['hour', 'shift', 'today', 'week', 'all'] as const
export type Range = (typeof RANGES)[number]

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** As it stands in an address: fixed times, so that a link shows the same tomorrow. */
export function rangeParams(range: Range, nowMs: number, timeZone: string | undefined): Params {
  const minute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
  const from = {
    hour: minute - HOUR_MS,
    shift: minute - 8 * HOUR_MS,
    today: startOfDay(nowMs, timeZone),
    week: startOfDay(nowMs, timeZone) - 6 * 24 * HOUR_MS,
    all: undefined,
  }[range]
  return { from, to: undefined }
}

function readTime(text: string | undefined): number | undefined {
  const time = Number(text)
  return text !== undefined && Number.isSafeInteger(time) && Math.abs(time) < 8.64e15 ? time : undefined
}

/** When something was, as short as it stays clear. Pure. */
import { formatTime } from '../../format.ts'
import type { Language } from '../../look/look.ts'

/** The time of day; with its date when that is another day than `now`, in the plant's time zone. */
export function formatWhen(atMs: number, now: number, language: Language, timeZone?: string): string {
  const { date, time } = formatTime(atMs, language, timeZone)
  return date === formatTime(now, language, timeZone).date ? time : `${date} ${time}`
}

/** Hours and minutes of a time by this screen's clock, as the plant's clock shows them. */
export function formatClock(screenMs: number, clocks: { screen: number; server: number }, timeZone?: string): string {
  return formatTime(screenMs - clocks.screen + clocks.server, 'ko', timeZone).time.slice(0, 5)
}

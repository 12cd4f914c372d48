/** Wall clock times of the plant's time zone, as an input field has them, and Unix milliseconds. Pure. */

/** `2025-11-24T11:00:05`, or without seconds when there are none. */
export function toWall(timeMs: number, timeZone: string | undefined): string {
  const { year, month, day, hour, minute, second } = parts(timeMs, timeZone)
  const text = `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}`
  return second === 0 ? text : `${text}:${pad(second)}`
}

/** Undefined for what is no time. An hour that the clocks skip is the hour after it; one that comes twice is the first. */
export function fromWall(text: string, timeZone: string | undefined): number | undefined {
  const wall = Date.parse(`${text}Z`)
  if (Number.isNaN(wall)) return undefined
  // The offset is known for a time, not for a wall clock's: tried with that of the day before first.
  const [earlier, later] = [wall - offsetAt(wall - DAY_MS, timeZone), wall - offsetAt(wall + DAY_MS, timeZone)]
  return earlier + offsetAt(earlier, timeZone) === wall
    ? earlier
    : later + offsetAt(later, timeZone) === wall
      ? later
      : earlier
}

/** When the day of `timeMs` began. */
export function startOfDay(timeMs: number, timeZone: string | undefined): number {
  return fromWall(`${toWall(timeMs, timeZone).slice(0, 10)}T00:00`, timeZone) ?? timeMs
}

/** How far the zone's clocks are ahead of UTC at a time. */
export function offsetAt(timeMs: number, timeZone: string | undefined): number {
  const { year, month, day, hour, minute, second } = parts(timeMs, timeZone)
  const wholeSecond = Math.floor(timeMs / 1000) * 1000
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecond
}

const DAY_MS = 86_400_000

const pad = (number: number, length = 2) => String(number).padStart(length, '0')

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

function parts(timeMs: number, timeZone: string | undefined): Record<Part, number> {
  const found = Object.fromEntries(
    formatFor(timeZone)
      .formatToParts(timeMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  return found as Record<Part, number>
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>()

function formatFor(timeZone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const two = '2-digit'
  const made = new Intl.DateTimeFormat('en-GB', {
    ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two, hourCycle: 'h23', timeZone },
  } as Intl.DateTimeFormatOptions)
  formats.set(timeZone, made)
  return made
}

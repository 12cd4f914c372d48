/** Numbers and times as people read them. Pure. */
import type { Language, Wording } from './wording.ts'

export function formatAge(ageS: number, wording: Wording): string {
  const { seconds, minutes, hours, days } = wording.duration
  if (ageS < 60) return seconds(ageS)
  if (ageS < 3600) return minutes(Math.floor(ageS / 60), ageS % 60)
  if (ageS < 86_400) return hours(Math.floor(ageS / 3600), Math.floor((ageS % 3600) / 60))
  return days(Math.floor(ageS / 86_400), Math.floor((ageS % 86_400) / 3600))
}

/** Date and time of day in the plant's time zone, or in that of the screen where the server does not say. */
export function formatTime(timestampMs: number, language: Language, timeZone?: string): { date: string; time: string } {
  const date = new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', {
    year: 'numeric',
    month: language === 'ko' ? '2-digit' : 'short',
    day: '2-digit',
    weekday: 'short',
    timeZone,
  })
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone })
  return { date: date.format(timestampMs), time: time.format(timestampMs) }
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

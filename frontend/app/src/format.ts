/** Numbers and times as people read them. Pure. */
import type { Translate } from './i18n/translate.ts'
import type { Language } from './look/look.ts'

export function formatAge(ageS: number, t: Translate): string {
  if (ageS < 60) return t('duration.seconds', { s: ageS })
  if (ageS < 3600) return t('duration.minutes', { m: Math.floor(ageS / 60), s: ageS % 60 })
  if (ageS < 86_400) return t('duration.hours', { h: Math.floor(ageS / 3600), m: Math.floor((ageS % 3600) / 60) })
  return t('duration.days', { d: Math.floor(ageS / 86_400), h: Math.floor((ageS % 86_400) / 3600) })
}

/** Date and time of day in the plant's time zone, or in that of the screen where the server does not say. */
export function formatTime(timestampMs: number, language: Language, timeZone?: string): { date: string; time: string } {
  return {
    date: dateFormat(language, timeZone).format(timestampMs),
    time: timeFormat(timeZone).format(timestampMs),
  }
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`
}

// Making a format takes a hundred times longer than using it.
const formats = new Map<string, Intl.DateTimeFormat>()

function cached(key: string, make: () => Intl.DateTimeFormat): Intl.DateTimeFormat {
  const format = formats.get(key) ?? make()
  formats.set(key, format)
  return format
}

function dateFormat(language: Language, timeZone?: string): Intl.DateTimeFormat {
  const isKorean = language === 'ko'
  const month = isKorean ? '2-digit' : 'short'
  const parts = { year: 'numeric', month, day: '2-digit', weekday: 'short' } as const
  return cached(
    `${language} ${timeZone}`,
    () => new Intl.DateTimeFormat(isKorean ? 'ko-KR' : 'en-GB', { ...parts, timeZone }),
  )
}

function timeFormat(timeZone?: string): Intl.DateTimeFormat {
  const parts = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  return cached(`time ${timeZone}`, () => new Intl.DateTimeFormat('en-GB', { ...parts, timeZone }))
}

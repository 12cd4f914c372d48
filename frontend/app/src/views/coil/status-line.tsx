/** What is in sight, in words, and the frame that is pointed at. */
import type { LiveImage } from '@coilcast/live-image'
import { Columns2, History } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { formatTime } from '../../format.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { inView, type Place } from '../../place/place.ts'
import { PlaceLink } from '../../place/place-link.tsx'
import styles from './coil.module.css'
import type { ReportStore } from './report-store.ts'
import type { Report } from './strip.ts'

interface StatusLineProps {
  id: string
  reports: ReportStore
  images: readonly LiveImage[]
  place: Place
  timeZone: string | undefined
}

/** Spoken once it came to rest. */
const SPOKEN_AFTER_MS = 600

export function StatusLine({ id, reports, images, place, timeZone }: StatusLineProps) {
  const { t } = useTranslation('coil')
  const { language } = useLook()
  const report = useSyncExternalStore(reports.subscribe, reports.get, reports.get)
  const timeOf = (image: LiveImage | undefined) =>
    image === undefined ? '–' : formatTime(image.timestamp, language, timeZone).time
  const position = images.length === 0 || report.first < 0 ? '' : positionOf(report, images.length, t)
  const times = t('times', { from: timeOf(images[report.first]), to: timeOf(images[report.last]) })
  const pointed = report.cursor === null ? undefined : images[report.cursor]
  const spoken = useRest(pointed ? `${t('frame', { number: (report.cursor ?? 0) + 1 })}, ${timeOf(pointed)}` : position)
  return (
    <div className={styles.status}>
      <p id={id} className={styles.position}>
        <strong data-testid="position">{position}</strong>
        {position !== '' && (
          <>
            <span>{times}</span>
            <span className={styles.minor}>{proportionOf(report, t)}</span>
            {report.stride > 1 && <span className={styles.minor}>{t('sampled', { stride: report.stride })}</span>}
            {report.drawn !== 'complete' && (
              <span className={styles.minor}>{t('sharpening', { percent: Math.floor(100 * report.progress) })}</span>
            )}
          </>
        )}
      </p>
      <p className="hidden" aria-live="polite">
        {spoken}
      </p>
      {pointed === undefined ? (
        <p className={styles.hint}>{t('hint')}</p>
      ) : (
        <div className={styles.pointed}>
          <strong data-testid="pointed">{t('frame', { number: (report.cursor ?? 0) + 1 })}</strong>
          <span>{exactTime(pointed.timestamp, timeOf(pointed))}</span>
          <PlaceLink className={styles.link} to={inView(place, 'history', fileOf(pointed))}>
            <History size={18} aria-hidden="true" />
            {t('toHistory')}
          </PlaceLink>
          <PlaceLink className={styles.link} to={inView(place, 'compare', fileOf(pointed))}>
            <Columns2 size={18} aria-hidden="true" />
            {t('toCompare')}
          </PlaceLink>
        </div>
      )}
    </div>
  )
}

/** The parameters that name an image in another view. */
export function fileOf({ camera, type, filename, coil_number }: LiveImage) {
  return { camera, type, file: filename, coil: coil_number ?? undefined }
}

type T = ReturnType<typeof useTranslation<'coil'>>['t']

function positionOf({ first, last }: Report, count: number, t: T): string {
  return first === last
    ? t('positionOne', { first: first + 1, count })
    : t('position', { first: first + 1, last: last + 1, count })
}

function proportionOf({ compression, zoom }: Report, t: T): string {
  if (compression >= 1.05) return t('compressed', { ratio: rounded(compression) })
  return `${t('proportion')} · ${t('pixels', { percent: rounded(100 * zoom) })}`
}

function rounded(value: number): number {
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value)
}

function exactTime(timestampMs: number, time: string): string {
  return timestampMs % 1000 === 0 ? time : `${time}.${String(timestampMs % 1000).padStart(3, '0')}`
}

/** The text that has stood still for a while. */
function useRest(text: string): string {
  const [rested, setRested] = useState('')
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(text), SPOKEN_AFTER_MS)
    return () => window.clearTimeout(timer)
  }, [text])
  return rested
}

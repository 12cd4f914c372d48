/** Steps from image to image and coil to coil, and how far one is. */
import { ChevronLeft, ChevronRight, ChevronsRight, MonitorPlay, SkipBack, SkipForward } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { inView, type Place } from '../../place/place.ts'
import { PlaceLink } from '../../place/place-link.tsx'
import styles from './history.module.css'

export interface Steps {
  by(images: number): void
  coil(direction: -1 | 1): void
  first(): void
  newest(): void
}

interface ToolbarProps {
  steps: Steps
  place: Place
  index: number | null
  total: number
  /** So many images have come to the newest end meanwhile. */
  arrived: number
  onTakeIn(): void
}

export const Toolbar = memo(function Toolbar({ steps, place, index, total, arrived, onTakeIn }: ToolbarProps) {
  const { t } = useTranslation('history')
  const { language } = useLook()
  const number = (value: number) => value.toLocaleString(language)
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('steps.label')}>
      <Step label={t('previousCoil')} hint="[" run={() => steps.coil(-1)}>
        <SkipBack size={18} aria-hidden="true" />
      </Step>
      <Step label={t('previous')} hint="←" run={() => steps.by(-1)}>
        <ChevronLeft size={20} aria-hidden="true" />
      </Step>
      <span className={styles.count} data-testid="count">
        {index === null ? '–' : number(index + 1)} / {number(total)}
      </span>
      <Step label={t('next')} hint="→" run={() => steps.by(1)}>
        <ChevronRight size={20} aria-hidden="true" />
      </Step>
      <Step label={t('nextCoil')} hint="]" run={() => steps.coil(1)}>
        <SkipForward size={18} aria-hidden="true" />
      </Step>
      <Step label={t('newest')} hint="End" run={() => steps.newest()}>
        <ChevronsRight size={20} aria-hidden="true" />
      </Step>
      {arrived > 0 && (
        <button type="button" className={styles.arrived} title={`${t('takeIn')} (N)`} onClick={onTakeIn}>
          {t('arrived', { n: number(arrived) })}
        </button>
      )}
      <PlaceLink className={styles.live} to={inView(place, 'live', { coil: undefined })} title={`${t('toLive')} (G)`}>
        <MonitorPlay size={18} aria-hidden="true" />
        {t('toLive')}
      </PlaceLink>
    </div>
  )
})

interface StepProps {
  label: string
  hint: string
  run(): void
  children: ReactNode
}

function Step({ label, hint, run, children }: StepProps) {
  return (
    <button type="button" className={styles.step} aria-label={label} title={`${label} (${hint})`} onClick={run}>
      {children}
    </button>
  )
}

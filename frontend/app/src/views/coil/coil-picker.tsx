/** Which coil: one of the list, the one before or after it, or always the newest. */
import type { Coil } from '@coilcast/live-image'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { formatTime } from '../../format.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import styles from './coil.module.css'
import { neighbour } from './coils.ts'

interface CoilPickerProps {
  coils: readonly Coil[]
  /** The coil on the screen. */
  coil: string | null
  /** The coil that runs now, as far as is known. */
  newest: string | null
  /** The newest is followed, whichever it is. */
  isNewest: boolean
  timeZone: string | undefined
  /** Undefined: always the newest. */
  onPick(coil: string | undefined): void
}

export const CoilPicker = memo(function CoilPicker(props: CoilPickerProps) {
  const { coils, coil, newest, isNewest, timeZone, onPick } = props
  const { t } = useTranslation('coil')
  const { language } = useLook()
  const [before, after] = [neighbour(coils, coil, -1), neighbour(coils, coil, 1)]
  const isKnown = coils.some(each => each.coil_number === coil)
  return (
    <div className={styles.picker}>
      <button
        type="button"
        className={styles.tool}
        title={`${t('previous')} (⇧ ←)`}
        disabled={before === undefined}
        onClick={() => onPick(before)}
      >
        <ChevronLeft size={22} aria-hidden="true" />
        <span className="hidden">{t('previous')}</span>
      </button>
      <select
        className={styles.select}
        aria-label={t('pick')}
        value={isNewest ? '' : (coil ?? '')}
        onChange={event => onPick(event.target.value || undefined)}
      >
        <option value="">{t('newestOption', { coil: newest ?? '–' })}</option>
        {!isNewest && !isKnown && coil !== null && <option value={coil}>{coil}</option>}
        {[...coils].reverse().map(each => {
          const { date, time } = formatTime(each.first_at, language, timeZone)
          return (
            <option key={each.coil_number} value={each.coil_number}>
              {`${each.coil_number} · ${date} ${time}`}
            </option>
          )
        })}
      </select>
      <button
        type="button"
        className={styles.tool}
        title={`${t('next')} (⇧ →)`}
        disabled={after === undefined}
        onClick={() => onPick(after)}
      >
        <ChevronRight size={22} aria-hidden="true" />
        <span className="hidden">{t('next')}</span>
      </button>
    </div>
  )
})

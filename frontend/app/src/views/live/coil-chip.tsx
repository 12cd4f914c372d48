/** Says that only one coil's images are shown, as a link from elsewhere may have it, and how to see all again. */
import { X } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import styles from './controls.module.css'
import type { Choices } from './use-choices.ts'

export const CoilChip = memo(function CoilChip({ choices: { coil, choose } }: { choices: Choices }) {
  const { t } = useTranslation('live')
  if (coil === undefined) return null
  return (
    <button type="button" className={styles.chip} title={t('allCoils')} onClick={choose.allCoils}>
      <bdi>{t('onlyCoil', { coil })}</bdi>
      <X size="1.125em" aria-hidden="true" />
      <span className="hidden">{t('allCoils')}</span>
    </button>
  )
})

/** A page that was built for another version of the server offers to be loaded anew; it goes on until somebody does. */
import { useLiveImage } from '@coilcast/live-image/react'
import type { LiveFilter } from '../data/live-filter.ts'
import { useTranslation } from '../i18n/translate.ts'
import styles from './update-offer.module.css'

export function UpdateOffer({ filter }: { filter: LiveFilter }) {
  const { t } = useTranslation()
  const { config } = useLiveImage(filter)
  if (config === null || config.version === __PANEL_VERSION__) return null
  return (
    <p className={styles.offer} role="status">
      {t('update.text')}
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {t('update.reload')}
      </button>
    </p>
  )
}

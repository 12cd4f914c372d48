/** What the header says otherwise and cannot be done without: the state of the link, and the way out, also without a keyboard. */
import { Minimize } from 'lucide-react'
import { memo } from 'react'
import type { LiveFilter } from '../data/live-filter.ts'
import { useTranslation } from '../i18n/translate.ts'
import { Connection } from './connection.tsx'
import styles from './kiosk-bar.module.css'

export const KioskBar = memo(function KioskBar({ filter, onLeave }: { filter: LiveFilter; onLeave(): void }) {
  const { t } = useTranslation()
  return (
    <div className={styles.kiosk}>
      <h1 className="hidden">{t('product')}</h1>
      <Connection filter={filter} />
      <button type="button" className={styles.tool} title={`${t('look.leaveKiosk')} (K)`} onClick={onLeave}>
        <Minimize size="1.25em" aria-hidden="true" />
        <span className="hidden">{t('look.leaveKiosk')}</span>
      </button>
    </div>
  )
})

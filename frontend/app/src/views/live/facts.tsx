/** What is known of the picture on the screen: never of another one, even while the next is on its way. */
import { type CSSProperties, memo, type ReactNode } from 'react'
import { formatBytes, formatTime } from '../../format.ts'
import type { ShownFrame } from '../../frame/painter.ts'
import { cameraName, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { widthOf } from './coil-number.ts'
import styles from './facts.module.css'

interface FactsProps {
  shown: ShownFrame | null
  timeZone: string | undefined
  /** Stands between the coil and the rest. */
  children: ReactNode
}

export const Facts = memo(function Facts({ shown, timeZone, children }: FactsProps) {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const { language } = useLook()
  const image = shown?.image ?? null
  const isReal = image !== null && !shown?.isDemo
  const coil = isReal ? (image.coil_number ?? common('noCoil')) : '–'
  const captured = isReal ? formatTime(image.timestamp, language, timeZone) : null
  return (
    <div className={styles.facts}>
      <dl className={`${styles.card} ${styles.coil}`}>
        <dt className={styles.label}>{common('coil')}</dt>
        <dd className={styles.number} style={{ '--width': widthOf(coil) } as CSSProperties} data-testid="coil">
          <bdi>{coil}</bdi>
        </dd>
      </dl>
      {children}
      <dl className={styles.card}>
        <dt className={styles.label}>{t('captured')}</dt>
        <dd className={styles.large}>{captured?.time ?? '–'}</dd>
        <dd className={styles.minor}>{captured?.date}</dd>
      </dl>
      {isReal && (
        <dl className={`${styles.card} ${styles.details}`}>
          <Detail label={common('camera')} value={cameraName(common, image.camera)} />
          <Detail label={t('resolution')} value={resolution(image.width, image.height)} />
          <Detail label={t('size')} value={formatBytes(image.size)} />
          <Detail label={t('sequence')} value={image.seq?.toLocaleString(language)} />
          <Detail label={t('file')} value={image.filename} isLong />
        </dl>
      )}
    </div>
  )
})

function Detail({ label, value, isLong }: { label: string; value: string | null | undefined; isLong?: boolean }) {
  if (value === null || value === undefined) return null
  return (
    <div className={styles.detail} data-long={isLong || undefined}>
      <dt className={styles.label}>{label}</dt>
      <dd className={styles.value}>
        <bdi>{value}</bdi>
      </dd>
    </div>
  )
}

const resolution = (width: number | null, height: number | null) => (width && height ? `${width} × ${height}` : null)

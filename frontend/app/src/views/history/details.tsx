/** What is known of the image on the screen. */
import type { ImageDetails, LiveImage } from '@coilcast/live-image'
import { memo, type ReactNode } from 'react'
import { formatBytes, formatTime } from '../../format.ts'
import { cameraName, kindName, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import styles from './details.module.css'
import { Provenance } from './provenance-list.tsx'

interface DetailsProps {
  image: LiveImage
  /** Null while they are on their way. */
  details: ImageDetails | null
  timeZone: string | undefined
  /** What can be done with it. */
  children: ReactNode
}

export const Details = memo(function Details({ image, details, timeZone, children }: DetailsProps) {
  const { t } = useTranslation('history')
  const { t: common } = useTranslation()
  const { language } = useLook()
  const { date, time } = formatTime(image.timestamp, language, timeZone)
  const { width, height } = image
  const facts: [string, string][] = [
    [common('camera'), cameraName(common, image.camera)],
    [common('kindSwitch'), kindName(common, image.type)],
    [t('resolution'), width && height ? `${width} × ${height}` : '–'],
    [t('size'), formatBytes(image.size)],
  ]
  return (
    <>
      <div className={styles.card}>
        <dl className={styles.head}>
          <div>
            <dt className={styles.label}>{common('coil')}</dt>
            <dd className={styles.coil} data-testid="coil">
              <bdi>{image.coil_number ?? common('noCoil')}</bdi>
            </dd>
          </div>
          <div>
            <dt className={styles.label}>{t('steps.captured')}</dt>
            <dd className={styles.captured} data-testid="captured">
              {time}
            </dd>
            <dd className={styles.minor}>{date}</dd>
          </div>
        </dl>
      </div>
      {details !== null && <Provenance details={details} timeZone={timeZone} />}
      {children}
      <div className={styles.card}>
        <dl className={styles.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt className={styles.label}>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
          <div className={styles.file}>
            <dt className={styles.label}>{t('file')}</dt>
            <dd>
              <bdi>{image.filename}</bdi>
            </dd>
          </div>
        </dl>
      </div>
    </>
  )
})

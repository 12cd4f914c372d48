/** One image of the filmstrip. */
import type { LiveImage } from '@coilcast/live-image'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { formatTime } from '../../format.ts'
import { useLook } from '../../look/look.ts'
import styles from './strip.module.css'
import { StripPicture } from './strip-picture.tsx'

interface CellProps {
  index: number
  total: number
  leftPx: number
  widthPx: number
  /** Undefined while it is on its way. */
  image: LiveImage | undefined
  url: string | null
  /** The first of its coil. */
  isNewCoil: boolean
  isSelected: boolean
  isWanted: boolean
  timeZone: string | undefined
  onSelect(index: number): void
}

export const Cell = memo(function Cell(props: CellProps) {
  const { index, total, leftPx, widthPx, image, url, isNewCoil, isSelected, isWanted, timeZone, onSelect } = props
  const { t } = useTranslation()
  const { language } = useLook()
  const time = image && formatTime(image.timestamp, language, timeZone).time
  const coil = image && (image.coil_number ?? t('noCoil'))
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus, and the view's keys go along it
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div
      id={`frame-${index}`}
      className={styles.cell}
      role="option"
      aria-selected={isSelected}
      aria-setsize={total}
      aria-posinset={index + 1}
      aria-label={image && `${coil}, ${time}`}
      data-new-coil={isNewCoil || undefined}
      style={{ width: widthPx, transform: `translateX(${leftPx}px)` }}
      onClick={() => onSelect(index)}
    >
      <div className={styles.frame}>
        {url !== null && <StripPicture url={url} isWanted={isWanted} />}
        {isNewCoil && (
          <span className={styles.coil}>
            <bdi>{coil}</bdi>
          </span>
        )}
      </div>
      <span className={styles.time}>{time}</span>
    </div>
  )
})

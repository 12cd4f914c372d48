/** One image of the filmstrip. A cell is used again for another image once it is scrolled out of sight, so it keeps nothing. */
import type { LiveImage } from '@coilcast/live-image'
import { memo } from 'react'
import { formatTime } from '../../format.ts'
import type { Language } from '../../look/look.ts'
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
  /** What stands for a coil without a number. */
  noCoil: string
  language: Language
  timeZone: string | undefined
  onSelect(index: number): void
}

export const Cell = memo(function Cell(props: CellProps) {
  const { index, total, leftPx, widthPx, image, url, isNewCoil, isSelected, isWanted } = props
  const { noCoil, language, timeZone, onSelect } = props
  const time = image && formatTime(image.timestamp, language, timeZone).time
  const coil = image && (image.coil_number ?? noCoil)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus, and the view's keys go along it
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div
      id={`frame-${index}`}
      className={styles.cell}
      role="option"
      aria-selected={isSelected}
      // Its time is its name once it has come.
      aria-label={image === undefined ? `${index + 1} / ${total}` : undefined}
      aria-setsize={total}
      aria-posinset={index + 1}
      data-new-coil={isNewCoil || undefined}
      style={{ width: widthPx, transform: `translateX(${leftPx}px)` }}
      onClick={() => onSelect(index)}
    >
      <div className={styles.frame}>
        {url !== null && <StripPicture key={url} url={url} isWanted={isWanted} />}
        <span className={isNewCoil ? styles.coil : 'hidden'}>
          <bdi>{coil}</bdi>
        </span>
      </div>
      <span className={styles.time}>{time}</span>
    </div>
  )
})

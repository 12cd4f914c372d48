/** The filmstrip: every image of the timeline in its place, the newest at the right. */
import { memo, type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { api } from '../../data/api.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { Cell } from './cell.tsx'
import type { HistoryFilter } from './filter.ts'
import styles from './strip.module.css'
import type { Timeline } from './timeline.ts'
import { type Images, type Range, useImages } from './use-images.ts'
import { useRail } from './use-rail.ts'

export interface StripHandle {
  /** Brings the cell of an image into view without going to it. */
  reveal(index: number): void
}

interface StripProps {
  timeline: Timeline
  filter: HistoryFilter
  /** Null until it is known, and then no preview is asked for: its address would be good for this moment only. */
  epoch: string | null
  timeZone: string | undefined
  /** The place of the image that is looked at. */
  selected: number | null
  handle: RefObject<StripHandle | null>
  onSelect(index: number): void
  /** Between which places the strip stands, in fractions. */
  onLook(first: number, last: number): void
}

export const Strip = memo(function Strip({ filter, ...props }: StripProps) {
  const { timeline, selected } = props
  const { t } = useTranslation('history')
  const start = selected ?? timeline.total - 1
  const [calm, setCalm] = useState<Range>({ first: start, last: start })
  const images = useImages(timeline, filter, calm)
  return (
    <section className={styles.strip} aria-label={t('strip')}>
      <Cells {...props} images={images} calm={calm} onCalm={setCalm} />
      {images.hasFailed && <p className={styles.failed}>{t('pageFailed')}</p>}
    </section>
  )
})

interface CellsProps extends Omit<StripProps, 'filter'> {
  images: Images
  /** What is looked at, rather than flown by. */
  calm: Range
  onCalm(calm: Range): void
}

/** Rendered with every step of a scroll, and so apart from what is asked of the server. */
function Cells(props: CellsProps) {
  const { timeline, epoch, timeZone, selected, handle, images, calm, onCalm, onSelect, onLook } = props
  const { t } = useTranslation('history')
  const { t: common } = useTranslation()
  const { language } = useLook()
  const scroller = useRef<HTMLDivElement>(null)
  const { cells, cellPx, widthPx, reveal } = useRail(scroller, timeline, selected ?? timeline.total - 1, onLook, onCalm)
  useImperativeHandle(handle, () => ({ reveal }), [reveal])
  useEffect(() => {
    if (selected !== null) reveal(selected)
  }, [selected, reveal])
  useWheel(scroller)

  const noCoil = common('noCoil')
  const isSelectedThere = selected !== null && cells.some(({ index }) => index === selected)
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="listbox"
      aria-label={t('strip')}
      aria-orientation="horizontal"
      aria-activedescendant={isSelectedThere ? `frame-${selected}` : undefined}
      tabIndex={0}
    >
      <div className={styles.rail} role="presentation" style={{ width: widthPx, backgroundSize: `${cellPx}px 100%` }}>
        {cells.map(({ slot, index, leftPx }) => {
          const image = images.at(index)
          return (
            <Cell
              key={slot}
              index={index}
              total={timeline.total}
              leftPx={leftPx}
              widthPx={cellPx}
              image={image}
              url={image && epoch !== null ? api.previewUrl(image, 'strip', epoch) : null}
              isNewCoil={image !== undefined && isNewCoil(image, index === 0 ? null : images.at(index - 1))}
              isSelected={index === selected}
              isWanted={calm.first <= index && index <= calm.last}
              noCoil={noCoil}
              language={language}
              timeZone={timeZone}
              onSelect={onSelect}
            />
          )
        })}
      </div>
    </div>
  )
}

interface Coiled {
  readonly coil_number: string | null
}

/** The image before it is another coil's, as far as it is known. */
function isNewCoil(image: Coiled, before: Coiled | null | undefined): boolean {
  return before !== undefined && before?.coil_number !== image.coil_number
}

/** A wheel that turns up and down moves the strip along. */
function useWheel(scroller: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const turn = (event: WheelEvent) => {
      if (event.ctrlKey || Math.abs(event.deltaX) >= Math.abs(event.deltaY)) return
      event.preventDefault()
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 40
      element.scrollLeft += event.deltaY * lines
    }
    element.addEventListener('wheel', turn, { passive: false })
    return () => element.removeEventListener('wheel', turn)
  }, [scroller])
}

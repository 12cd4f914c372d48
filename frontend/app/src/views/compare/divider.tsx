/** The line between two pictures that lie over one another: dragged, or moved by keys. */
import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
} from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import styles from './panes.module.css'
import { boundSplit } from './settings.ts'

export interface DividerHandle {
  moveBy(step: number): void
}

interface DividerProps {
  /** Where it stands, in per cent of the box; written to the box as `--split` while it moves. */
  split: number
  box: RefObject<HTMLElement | null>
  handle: RefObject<DividerHandle | null>
  onMoved(split: number): void
}

/** So long after the last key the place is final. */
const SETTLED_MS = 250

export function Divider({ split, box, handle, onMoved }: DividerProps) {
  const { t } = useTranslation('compare')
  const slider = useRef<HTMLDivElement>(null)
  const at = useRef(split)
  const timer = useRef<number>(undefined)

  const put = useCallback(
    (next: number) => {
      at.current = boundSplit(next)
      box.current?.style.setProperty('--split', `${at.current}%`)
      slider.current?.setAttribute('aria-valuenow', String(Math.round(at.current)))
      slider.current?.setAttribute('aria-valuetext', t('dividerAt', { split: Math.round(at.current) }))
    },
    [box, t],
  )
  useEffect(() => put(split), [put, split])
  useEffect(() => () => window.clearTimeout(timer.current), [])

  const moveTo = (next: number) => {
    put(next)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => onMoved(at.current), SETTLED_MS)
  }
  useImperativeHandle(handle, () => ({ moveBy: step => moveTo(at.current + step) }))

  const press = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 10 : 1
    const next = {
      ArrowLeft: at.current - step,
      ArrowDown: at.current - step,
      ArrowRight: at.current + step,
      ArrowUp: at.current + step,
      PageDown: at.current - 10,
      PageUp: at.current + 10,
      Home: 0,
      End: 100,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    moveTo(next)
  }
  const drag = (event: PointerEvent) => {
    if (box.current === null || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    const { left, width } = box.current.getBoundingClientRect()
    moveTo(((event.clientX - left) / width) * 100)
  }

  return (
    <div
      ref={slider}
      className={styles.divider}
      role="slider"
      tabIndex={0}
      aria-label={t('divider')}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(split)}
      onKeyDown={press}
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId)
        event.currentTarget.focus()
      }}
      onPointerMove={drag}
    />
  )
}

/** The whole of the timeline at a glance: how many images there are when, where the strip stands, and a handle at the one looked at. */
import type { Coil } from '@coilcast/live-image'
import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
} from 'react'
import { formatTime } from '../../format.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { toPx, toTime } from './bars.ts'
import styles from './scrubber.module.css'
import { paintScrubber } from './scrubber-paint.ts'
import { indexAt, type Timeline, timeAt } from './timeline.ts'

export interface ScrubberHandle {
  /** The strip stands between these places. Written past React: it comes with every frame of a scroll. */
  look(first: number, last: number): void
}

interface ScrubberProps {
  timeline: Timeline
  coils: readonly Coil[]
  timeZone: string | undefined
  /** The place and the time of the image that is looked at. */
  index: number | null
  timeMs: number | null
  handle: RefObject<ScrubberHandle | null>
  /** While it is dragged. */
  onReveal(index: number): void
  onSelect(index: number): void
}

/** Whoever holds still while dragging wants to see. */
const HELD_MS = 150

export const Scrubber = memo(function Scrubber(props: ScrubberProps) {
  const { timeline, coils, timeZone, index, timeMs, handle, onReveal, onSelect } = props
  const { t } = useTranslation('history')
  const { language, theme } = useLook()
  const canvas = useRef<HTMLCanvasElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const knob = useRef<HTMLDivElement>(null)
  const seen = useRef<HTMLDivElement>(null)
  const bubble = useRef<HTMLSpanElement>(null)
  const label = useLabel(timeZone)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const paint = () => paintScrubber(element, timeline, { coils, timeZone, label })
    // Missing where nothing is laid out, as in a test.
    const observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(paint)
    observer?.observe(element)
    paint()
    return () => observer?.disconnect()
  }, [timeline, coils, timeZone, label, theme])

  const place = useCallback(
    (element: HTMLElement | null, time: number) => {
      if (element !== null)
        element.style.left = `${toPx({ from: timeline.from, to: timeline.to, widthPx: 100 }, time)}%`
    },
    [timeline],
  )
  useImperativeHandle(
    handle,
    () => ({
      look(first, last) {
        const [from, to] = [timeAt(timeline, Math.max(first, 0)), timeAt(timeline, Math.min(last, timeline.total - 1))]
        place(seen.current, from)
        if (seen.current) seen.current.style.width = `${((to - from) / (timeline.to - timeline.from)) * 100}%`
      },
    }),
    [timeline, place],
  )
  const shownAt = timeMs ?? (index === null ? null : timeAt(timeline, index))
  const isWithin = shownAt !== null && timeline.from <= shownAt && shownAt < timeline.to
  useEffect(() => {
    if (isWithin && knob.current?.dataset.held === undefined) place(knob.current, shownAt)
  }, [isWithin, shownAt, place])

  const held = useRef<number | undefined>(undefined)
  const drag = (event: PointerEvent) => {
    if (knob.current === null || box.current === null) return
    const { left, width } = box.current.getBoundingClientRect()
    const time = toTime({ from: timeline.from, to: timeline.to, widthPx: width }, event.clientX - left)
    place(knob.current, time)
    if (bubble.current) bubble.current.textContent = whole(time, language, timeZone)
    onReveal(indexAt(timeline, time))
    window.clearTimeout(held.current)
    held.current = window.setTimeout(() => onSelect(indexAt(timeline, time)), HELD_MS)
    return time
  }
  const press = (event: PointerEvent) => {
    if (event.button !== 0 || knob.current === null) return
    event.currentTarget.setPointerCapture(event.pointerId)
    knob.current.dataset.held = ''
    drag(event)
  }
  const release = (event: PointerEvent) => {
    if (knob.current?.dataset.held === undefined) return
    const time = drag(event)
    window.clearTimeout(held.current)
    delete knob.current.dataset.held
    if (time !== undefined) onSelect(indexAt(timeline, time))
  }
  useEffect(() => () => window.clearTimeout(held.current), [])

  const leap = (event: KeyboardEvent) => {
    const direction = { PageUp: 1, PageDown: -1 }[event.key]
    if (direction === undefined || shownAt === null) return
    event.preventDefault()
    onSelect(indexAt(timeline, shownAt + (direction * (timeline.to - timeline.from)) / 20))
  }

  return (
    <div
      ref={box}
      className={styles.scrubber}
      role="slider"
      aria-label={t('scrubber')}
      aria-valuemin={1}
      aria-valuemax={timeline.total}
      aria-valuenow={(index ?? 0) + 1}
      aria-valuetext={shownAt === null ? t('none') : whole(shownAt, language, timeZone)}
      tabIndex={0}
      onPointerDown={press}
      onPointerMove={event => knob.current?.dataset.held !== undefined && drag(event)}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={leap}
    >
      <canvas ref={canvas} className={styles.bars} />
      <div ref={seen} className={styles.seen} />
      <div ref={knob} className={styles.knob} hidden={!isWithin}>
        <span ref={bubble} className={styles.bubble} />
      </div>
    </div>
  )
})

function whole(timeMs: number, language: 'ko' | 'en', timeZone: string | undefined): string {
  const { date, time } = formatTime(timeMs, language, timeZone)
  return `${date} ${time}`
}

function useLabel(timeZone: string | undefined) {
  const { language } = useLook()
  return useMemo(() => {
    const day = new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', {
      month: 'short',
      day: 'numeric',
      timeZone,
    })
    return (timeMs: number, shows: 'day' | 'minute' | 'second') => {
      if (shows === 'day') return day.format(timeMs)
      return formatTime(timeMs, language, timeZone).time.slice(0, shows === 'minute' ? 5 : 8)
    }
  }, [language, timeZone])
}

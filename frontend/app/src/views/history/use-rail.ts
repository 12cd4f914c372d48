/** Lays the cells of a timeline onto a rail that a browser can scroll, and keeps what is looked at where it is. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { baseFor, capacity, inSight, railLength } from './rail.ts'
import { carried, clampIndex, type Timeline } from './timeline.ts'
import type { Range } from './use-images.ts'

/** In the size of the page's letters, so that it grows with a wall screen. */
const CELL_REM = 8.5
/** Slower than so many cells a second is looking; faster is flying by. */
const CALM_CELLS_PER_S = 60
const RESTED_MS = 120
const STEP = 8

export interface Rail {
  readonly cellPx: number
  /** The rail's width in pixels. */
  readonly widthPx: number
  /** The cells to render, with where they lie; `index` is the place in the timeline. A slot is used again for another index. */
  readonly cells: readonly { slot: number; index: number; leftPx: number }[]
  /** Brings a cell into view: just so, or, from further away, to the middle. */
  reveal(index: number): void
}

export function useRail(
  scroller: RefObject<HTMLDivElement | null>,
  timeline: Timeline,
  initial: number,
  onLook: (first: number, last: number) => void,
  onCalm: (calm: Range) => void,
): Rail {
  const cellPx = useCellPx()
  const { total } = timeline
  const cells = capacity(cellPx)
  const [base, setBase] = useState(() => baseFor(initial, 0, total, cells))
  const laid = useRef({ timeline, base, cellPx })

  const length = railLength(total, base, cells)
  const { leftPx, widthPx, look } = useScroll(scroller, (initial - base) * cellPx)
  const places = inSight(leftPx, widthPx, cellPx, length)
  const first = base + places.first
  const last = base + Math.max(places.first, places.last)

  // The cells are of another width, others have come or gone, or the rail has moved on: the same image stays at the edge.
  useLayoutEffect(() => {
    const before = laid.current
    laid.current = { timeline, base, cellPx }
    const element = scroller.current
    if (element === null || (before.timeline === timeline && before.base === base && before.cellPx === cellPx)) return
    const edge = before.base + element.scrollLeft / before.cellPx
    const index = Math.floor(edge)
    const kept = before.timeline === timeline ? index : carried(before.timeline, timeline, index)
    element.scrollLeft = (kept - base + edge - index) * cellPx
    look()
  }, [timeline, base, cellPx, scroller, look])

  const middle = clampIndex(timeline, Math.floor((first + last) / 2))
  const nextBase = baseFor(middle, base, total, cells)
  useEffect(() => setBase(nextBase), [nextBase])

  const [target, setTarget] = useState<{ index: number } | null>(null)
  const reveal = useCallback(
    (index: number) => {
      setBase(before => baseFor(index, before, total, cells))
      setTarget({ index })
    },
    [total, cells],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when somebody goes there, not again when the rail moves
  useLayoutEffect(() => {
    if (target === null || scroller.current === null) return
    bringIntoView(scroller.current, (target.index - base) * cellPx, cellPx)
    look()
  }, [target])

  useCalm(first, last, onCalm)
  const edge = base + leftPx / cellPx
  const width = widthPx / cellPx
  useEffect(() => onLook(edge, edge + width), [edge, width, onLook])

  const count = places.last - places.first + 1
  const slots = useSlots(count)
  return {
    cellPx,
    widthPx: length * cellPx,
    cells: Array.from({ length: count }, (_, nth) => {
      const place = places.first + nth
      return { slot: (base + place) % slots, index: base + place, leftPx: place * cellPx }
    }),
    reveal,
  }
}

interface Scroll {
  readonly leftPx: number
  readonly widthPx: number
  /** To be called by whoever has moved the strip: its cells are there before the next frame. */
  look(): void
}

/** Where the strip stands, as it last said: asking it would have it laid out in the middle of a scroll. */
function useScroll(scroller: RefObject<HTMLDivElement | null>, initialPx: number): Scroll {
  const [at, setAt] = useState({ leftPx: initialPx, widthPx: 0 })
  const look = useCallback(() => {
    const element = scroller.current
    if (element === null) return
    const next = { leftPx: element.scrollLeft, widthPx: element.clientWidth }
    setAt(before => (before.leftPx === next.leftPx && before.widthPx === next.widthPx ? before : next))
  }, [scroller])
  // biome-ignore lint/correctness/useExhaustiveDependencies: where it stands first, and not when the rail moves later
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    element.scrollLeft = initialPx
    look()
    element.addEventListener('scroll', look, { passive: true })
    const sizes = new ResizeObserver(look)
    sizes.observe(element)
    return () => {
      element.removeEventListener('scroll', look)
      sizes.disconnect()
    }
  }, [scroller, look])
  return { ...at, look }
}

/** As many as there have been cells at once: in a row of them no two have the same slot. */
function useSlots(cells: number): number {
  const [slots, setSlots] = useState(cells)
  if (cells > slots) setSlots(cells)
  return Math.max(cells, slots, 1)
}

/** Tells of the cells that somebody can look at now, in steps of a few: not of those that only fly by. */
function useCalm(first: number, last: number, onCalm: (calm: Range) => void): void {
  const seen = useRef({ first, atMs: 0 })
  const told = useRef<Range>(null)
  useEffect(() => {
    const nowMs = performance.now()
    const speed = (Math.abs(first - seen.current.first) * 1000) / Math.max(1, nowMs - seen.current.atMs)
    seen.current = { first, atMs: nowMs }
    if (told.current !== null && told.current.first <= first && last <= told.current.last) return
    const tell = () => {
      told.current = { first: first - STEP, last: last + STEP }
      onCalm(told.current)
    }
    if (speed < CALM_CELLS_PER_S) return tell()
    const timer = window.setTimeout(tell, RESTED_MS)
    return () => window.clearTimeout(timer)
  }, [first, last, onCalm])
}

function bringIntoView(element: HTMLElement, leftPx: number, cellPx: number): void {
  const { scrollLeft, clientWidth } = element
  const [start, end] = [leftPx - cellPx, leftPx + 2 * cellPx]
  if (start >= scrollLeft && end <= scrollLeft + clientWidth) return
  const isNear = end > scrollLeft - clientWidth && start < scrollLeft + 2 * clientWidth && clientWidth > 4 * cellPx
  if (!isNear) element.scrollLeft = leftPx - (clientWidth - cellPx) / 2
  else element.scrollLeft = start < scrollLeft ? start : end - clientWidth
}

function useCellPx(): number {
  const [cellPx, setCellPx] = useState(measure)
  useEffect(() => {
    const update = () => setCellPx(measure())
    window.addEventListener('resize', update)
    return () => window.removeEventListener('resize', update)
  }, [])
  return cellPx
}

function measure(): number {
  const letters = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return Math.round((Number.isFinite(letters) ? letters : 16) * CELL_REM)
}

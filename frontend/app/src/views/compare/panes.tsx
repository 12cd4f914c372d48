/** The two pictures. React makes the places; the painter fills them, and one zoom moves both. */
import type { LiveImage } from '@coilcast/live-image'
import { useLiveImage } from '@coilcast/live-image/react'
import { memo, type RefObject, useCallback, useEffect, useImperativeHandle, useRef } from 'react'
import { api } from '../../data/api.ts'
import type { LiveFilter } from '../../data/live-filter.ts'
import { decodePicture, describePicture, type Picture, pictureSize } from '../../frame/picture.ts'
import { contentSize } from '../../frame/size.ts'
import { kindName, useTranslation } from '../../i18n/translate.ts'
import { place, type Size } from '../../zoom/transform.ts'
import { useZoomGestures, useZoomLayer } from '../../zoom/use-zoom-gestures.ts'
import type { Zoom } from '../../zoom/zoom.ts'
import { Divider, type DividerHandle } from './divider.tsx'
import type { WantedPair } from './live-pairs.ts'
import { PairPainter, type ShownPair } from './pair-painter.ts'
import { type Pair, SIDES, type Side } from './pairing.ts'
import styles from './panes.module.css'
import type { Settings } from './settings.ts'
import { useTurns } from './use-turns.ts'

export interface PanesHandle {
  /** Shows the other picture, where they take turns. */
  flip(): void
}

interface Painted {
  readonly picture: Picture
  readonly image: LiveImage
}

interface PanesProps {
  filter: LiveFilter
  settings: Settings
  zoom: Zoom
  /** What to show; null leaves what is there. */
  pair: WantedPair | null
  /** What is there. */
  shown: ShownPair | null
  handle: RefObject<PanesHandle | null>
  divider: RefObject<DividerHandle | null>
  onShown(shown: ShownPair): void
  onSplit(split: number): void
}

export const Panes = memo(function Panes(props: PanesProps) {
  const { filter, settings, zoom, pair, shown, handle, divider, onShown, onSplit } = props
  const { mode, kinds, isBlinking, rateHz, frame } = settings
  const { t } = useTranslation('compare')
  const { t: common } = useTranslation()
  const live = useLiveImage(filter)
  const { isStale } = live
  const isFixed = frame !== null

  const root = useRef<HTMLElement>(null)
  const left = useRef<HTMLDivElement>(null)
  const right = useRef<HTMLDivElement>(null)
  const leftLayer = useRef<HTMLDivElement>(null)
  const rightLayer = useRef<HTMLDivElement>(null)
  const painter = useRef<PairPainter>(null)
  const size = useRef<Size>(null)
  const painted = useRef<Record<Side, Painted | null>>({ left: null, right: null })
  // One size of picture and one box for both: whatever the pixels of the other, it lies on the same spot.
  const content = useCallback(() => size.current, [])
  const layOutLeft = useZoomLayer(left, leftLayer, zoom, content)
  const layOutRight = useZoomLayer(left, rightLayer, zoom, content)
  useZoomGestures(left, zoom, content)
  useZoomGestures(right, zoom, content)

  const describe = useCallback(
    (side: Side) => {
      const { picture, image } = painted.current[side] ?? {}
      if (!picture || !image) return
      const names = { kind: kindName(common, image.type), coil: image.coil_number ?? common('noCoil') }
      describePicture(picture, t('alt', names))
    },
    [t, common],
  )
  useEffect(() => SIDES.forEach(describe), [describe])
  const latest = useRef({ live, isFixed, onShown, describe })
  useEffect(() => {
    latest.current = { live, isFixed, onShown, describe }
  })

  useEffect(() => {
    const layers = { left: leftLayer, right: rightLayer }
    const made = new PairPainter({
      element: side => layers[side].current,
      resolve: api.resolve,
      async decode(source, signal) {
        const picture = await decodePicture(source, signal)
        picture.className = styles.picture ?? ''
        return picture
      },
      drawnWidth() {
        if (size.current === null || left.current === null) return 0
        const box = { width: left.current.clientWidth, height: left.current.clientHeight }
        return size.current.width * place(zoom.get(), size.current, box).scale * window.devicePixelRatio
      },
      isZoomed: () => !zoom.isFit,
      onPicture(side, picture, image) {
        painted.current = { ...painted.current, [side]: { picture, image } }
        latest.current.describe(side)
      },
      onShown(next) {
        const { picture, image } =
          painted.current[next.pair.left !== null && !next.broken.left ? 'left' : 'right'] ?? {}
        if (picture && image) size.current = contentSize(image, pictureSize(picture))
        layOutLeft()
        layOutRight()
        latest.current.onShown(next)
        if (!latest.current.isFixed) reportPainted(next.pair, seq => latest.current.live.painted(seq))
      },
    })
    painter.current = made
    const leave = zoom.subscribe(() => made.refresh())
    return () => {
      leave()
      made.dispose()
    }
  }, [zoom, layOutLeft, layOutRight])

  useEffect(() => painter.current?.paint(pair, isFixed ? 'fixed' : 'live'), [pair, isFixed])

  const alone = aloneIn(shown)
  const flip = useTurns(root, mode === 'blink' && isBlinking && shown !== null && alone === null, rateHz)
  useImperativeHandle(handle, () => ({ flip }), [flip])

  const textOf = (side: Side): string | null => {
    const kind = kindName(common, kinds[side])
    if (shown === null) return isFixed ? common('loading') : t('waiting')
    if (shown.broken[side]) return t('broken', { kind })
    if (shown.pair[side] !== null) return null
    return t(isFixed ? 'absent' : 'missing', { kind })
  }
  const text = { left: textOf('left'), right: textOf('right') }
  return (
    <section
      ref={root}
      className={styles.panes}
      aria-label={t('pair')}
      data-mode={mode}
      data-alone={alone ?? undefined}
      data-state={isFixed ? 'fixed' : isStale ? 'stale' : 'live'}
    >
      {SIDES.map(side => (
        <section key={side} className={styles.pane} data-side={side} aria-label={kindName(common, kinds[side])}>
          <div ref={side === 'left' ? left : right} className={styles.box}>
            {/* Both follow the left box, which is as large as the right one. */}
            <div ref={side === 'left' ? leftLayer : rightLayer} className={styles.layer} />
          </div>
          {text[side] !== null && <p className={styles.text}>{text[side]}</p>}
          <p className={styles.kind}>
            <bdi>{kindName(common, kinds[side])}</bdi>
          </p>
        </section>
      ))}
      {mode === 'swipe' && <Divider split={settings.split} box={root} handle={divider} onMoved={onSplit} />}
      {mode === 'blink' && alone !== null && <p className={styles.note}>{text[alone === 'left' ? 'right' : 'left']}</p>}
    </section>
  )
})

/** The only side with a picture; null for both, or none. */
function aloneIn(shown: ShownPair | null): Side | null {
  const seen = SIDES.filter(side => shown?.pair[side] && !shown.broken[side])
  return seen.length === 1 ? (seen[0] ?? null) : null
}

/** The second frame begins when the first one, with the pictures in it, has been handed to the screen. */
function reportPainted(pair: Pair, report: (seq: number) => void) {
  const numbers = SIDES.flatMap(side => pair[side]?.seq ?? [])
  requestAnimationFrame(() => requestAnimationFrame(() => numbers.forEach(report)))
}

/** The picture. React makes the place; the painter fills it, and the zoom moves it. */
import { clientFor, type LiveImage } from '@coilcast/live-image'
import { useLiveImage } from '@coilcast/live-image/react'
import { memo, useCallback, useEffect, useRef, useState } from 'react'
import type { LiveFilter } from '../data/live-filter.ts'
import { kindName, type Translate, useTranslation } from '../i18n/translate.ts'
import { isLost } from '../shell/lost.ts'
import { place, type Size } from '../zoom/transform.ts'
import { useZoomGestures, useZoomLayer } from '../zoom/use-zoom-gestures.ts'
import { Zoom } from '../zoom/zoom.ts'
import { Painter, type ShownFrame } from './painter.ts'
import { decodePicture, describePicture, type Picture, pictureSize } from './picture.ts'
import { contentSize } from './size.ts'
import styles from './stage.module.css'

/** A server that is there answers sooner. */
const ANSWER_WITHIN_MS = 1000

interface StageProps {
  filter: LiveFilter
  /** What the region is called; the view has several where it shows several cameras. */
  label: string
  /** Without one all of the picture is seen, always. */
  zoom?: Zoom
  onShown(shown: ShownFrame | null): void
  onBroken(image: LiveImage): void
}

export const Stage = memo(function Stage({ filter, label, zoom: given, onShown, onBroken }: StageProps) {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const live = useLiveImage(filter)
  const { currentImage, isDemo, isSettled, isStale } = live
  const box = useRef<HTMLDivElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  const painter = useRef<Painter>(null)
  const painted = useRef<{ image: LiveImage; picture: Picture; size: Size }>(null)
  const [isEmpty, setEmpty] = useState(true)
  const [still] = useState(() => new Zoom())
  const zoom = given ?? still
  const content = useCallback(() => painted.current?.size ?? null, [])
  const layOut = useZoomLayer(box, layer, zoom, content)
  useZoomGestures(box, given ?? null, content)
  const latest = useRef({ live, t, common, onShown, onBroken })
  useEffect(() => {
    latest.current = { live, t, common, onShown, onBroken }
  })

  useEffect(() => {
    if (layer.current === null || box.current === null) return
    const frame = box.current
    const made = new Painter({
      element: layer.current,
      resolve: path => latest.current.live.resolve(path),
      async decode(source, image, signal) {
        const picture = await decodePicture(source, signal)
        picture.className = styles.picture ?? ''
        describePicture(picture, describe(image, latest.current.t, latest.current.common))
        return picture
      },
      widthOnScreen() {
        const size = painted.current?.size
        if (!size) return 0
        const room = { width: frame.clientWidth, height: frame.clientHeight }
        return size.width * place(zoom.get(), size, room).scale * window.devicePixelRatio
      },
      onPicture(picture, image) {
        painted.current = { image, picture, size: contentSize(image, pictureSize(picture)) }
        layOut()
      },
      onShown(shown) {
        setEmpty(false)
        latest.current.onShown(shown)
        const { seq } = shown.image
        if (seq !== null && !shown.isDemo) afterPaint(() => latest.current.live.painted(seq))
      },
      onFailed: image => latest.current.onBroken(image),
    })
    painter.current = made
    const look = () => made.zoomed(!zoom.isFit)
    look()
    const leave = zoom.subscribe(look)
    return () => {
      leave()
      made.dispose()
    }
  }, [zoom, layOut])

  useEffect(() => {
    // Beside React, which renders what stands around the picture while the picture is decoded.
    const view = clientFor().view(filter)
    const look = () => {
      const { currentImage: image, epoch, preview, isDemo, isPushed, isSettled } = view.get()
      if (image !== null) painter.current?.paint({ image, epoch, preview, isDemo, isPushed })
      else if (isSettled) empty()
    }
    const empty = () => {
      painter.current?.clear()
      painted.current = null
      setEmpty(true)
      latest.current.onShown(null)
    }
    look()
    const leave = view.subscribe(look)
    // Another kind or camera was chosen and the server does not say what there is: what stands there is of the one before.
    const late = window.setTimeout(() => {
      const { currentImage: image, isSettled } = view.get()
      if (image === null && !isSettled) empty()
    }, ANSWER_WITHIN_MS)
    return () => {
      window.clearTimeout(late)
      leave()
    }
  }, [filter])

  useEffect(() => {
    if (painted.current) describePicture(painted.current.picture, describe(painted.current.image, t, common))
  }, [t, common])

  const state = isLost(live) ? 'lost' : isStale ? 'stale' : 'live'
  return (
    <section className={styles.stage} aria-label={label} data-state={isEmpty ? 'empty' : state}>
      {isEmpty && <p className={styles.empty}>{isSettled && currentImage === null ? t('nothing') : t('waiting')}</p>}
      <div ref={box} className={styles.frame} data-stale={isStale || undefined}>
        <div ref={layer} className={styles.layer} />
      </div>
      <div className={styles.edge} aria-hidden="true" />
      {isDemo && <p className={styles.demo}>{t('demo.badge')}</p>}
    </section>
  )
})

function describe(image: LiveImage, t: Translate<'live'>, common: Translate): string {
  return t('alt', { kind: kindName(common, image.type), coil: image.coil_number ?? common('noCoil') })
}

/** The second frame begins when the first one, with the picture in it, has been handed to the screen. */
function afterPaint(callback: () => void) {
  requestAnimationFrame(() => requestAnimationFrame(callback))
}

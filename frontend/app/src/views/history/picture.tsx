/** The image that is looked at, large: its preview first, the file itself once one looks closer. */
import type { LiveImage } from '@coilcast/live-image'
import { memo, useCallback, useEffect, useRef } from 'react'
import { api } from '../../data/api.ts'
import { Painter } from '../../frame/painter.ts'
import { decodePicture, describePicture, pictureSize } from '../../frame/picture.ts'
import { contentSize } from '../../frame/size.ts'
import { kindName, useTranslation } from '../../i18n/translate.ts'
import { place, type Size } from '../../zoom/transform.ts'
import { useZoomGestures, useZoomLayer } from '../../zoom/use-zoom-gestures.ts'
import type { Zoom } from '../../zoom/zoom.ts'
import styles from './picture.module.css'

interface PictureProps {
  /** Null keeps what is painted: the next is on its way. */
  image: LiveImage | null
  epoch: string | null
  zoom: Zoom
  onShown(image: LiveImage): void
  onBroken(image: LiveImage): void
}

export const Picture = memo(function Picture({ image, epoch, zoom, onShown, onBroken }: PictureProps) {
  const { t } = useTranslation('history')
  const { t: common } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  const painter = useRef<Painter>(null)
  const size = useRef<Size>(null)
  const content = useCallback(() => size.current, [])
  const layOut = useZoomLayer(box, layer, zoom, content)
  useZoomGestures(box, zoom, content)
  const describe = (of: LiveImage) =>
    t('alt', { coil: of.coil_number ?? common('noCoil'), kind: kindName(common, of.type) })
  const latest = useRef({ describe, onShown, onBroken })
  useEffect(() => {
    latest.current = { describe, onShown, onBroken }
  })

  useEffect(() => {
    if (layer.current === null || box.current === null) return
    const frame = box.current
    const made = new Painter({
      element: layer.current,
      resolve: api.resolve,
      async decode(source, of, signal) {
        const picture = await decodePicture(source, signal)
        picture.className = styles.picture ?? ''
        describePicture(picture, latest.current.describe(of))
        return picture
      },
      widthOnScreen() {
        if (size.current === null) return 0
        const room = { width: frame.clientWidth, height: frame.clientHeight }
        return size.current.width * place(zoom.get(), size.current, room).scale * window.devicePixelRatio
      },
      onPicture(picture, of) {
        size.current = contentSize(of, pictureSize(picture))
        layOut()
      },
      onShown: ({ image: of }) => latest.current.onShown(of),
      onFailed: of => latest.current.onBroken(of),
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
    // Without the epoch an address of a preview says nothing for sure.
    if (image !== null && epoch !== null)
      painter.current?.paint({ image, epoch, preview: null, isDemo: false, isPushed: false })
  }, [image, epoch])

  return (
    <div ref={box} className={styles.box}>
      <div ref={layer} className={styles.layer} />
    </div>
  )
})

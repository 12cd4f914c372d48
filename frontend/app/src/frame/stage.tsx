/** The picture. React makes the place; the painter fills it. */
import type { LiveImage } from '@coilcast/live-image'
import { useLiveImage } from '@coilcast/live-image/react'
import type { TFunction } from 'i18next'
import { memo, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveFilter } from '../data/live-filter.ts'
import { kindName, type Translate } from '../i18n/index.ts'
import { isLost } from '../shell/lost.ts'
import { decodePicture, Painter, type ShownFrame } from './painter.ts'
import styles from './stage.module.css'

interface StageProps {
  filter: LiveFilter
  onShown(shown: ShownFrame | null): void
  onBroken(image: LiveImage): void
}

export const Stage = memo(function Stage({ filter, onShown, onBroken }: StageProps) {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const live = useLiveImage(filter)
  const { currentImage, epoch, preview, isDemo, isPushed, isSettled, isStale } = live
  const element = useRef<HTMLDivElement>(null)
  const painter = useRef<Painter>(null)
  const [isEmpty, setEmpty] = useState(true)
  const latest = useRef({ live, t, common, onShown, onBroken })
  useEffect(() => {
    latest.current = { live, t, common, onShown, onBroken }
  })

  useEffect(() => {
    if (element.current === null) return
    const made = new Painter({
      element: element.current,
      resolve: path => latest.current.live.resolve(path),
      async decode(url, image) {
        const picture = await decodePicture(url)
        picture.className = styles.picture ?? ''
        picture.alt = describe(image, latest.current.t, latest.current.common)
        return picture
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
    return () => made.dispose()
  }, [])

  useEffect(() => {
    if (currentImage !== null) painter.current?.paint({ image: currentImage, epoch, preview, isDemo, isPushed })
    else if (isSettled) {
      painter.current?.clear()
      setEmpty(true)
      latest.current.onShown(null)
    }
  }, [currentImage, epoch, preview, isDemo, isPushed, isSettled])

  const state = isLost(live) ? 'lost' : isStale ? 'stale' : 'live'
  return (
    <section className={styles.stage} aria-label={t('picture')} data-state={isEmpty ? 'empty' : state}>
      {isEmpty && <p className={styles.empty}>{isSettled && currentImage === null ? t('nothing') : t('waiting')}</p>}
      <div ref={element} className={styles.frame} data-stale={isStale || undefined} />
      <div className={styles.edge} aria-hidden="true" />
      {isDemo && <p className={styles.demo}>{t('demo.badge')}</p>}
    </section>
  )
})

function describe(image: LiveImage, t: TFunction<'live'>, common: Translate): string {
  return t('alt', { kind: kindName(common, image.type), coil: image.coil_number ?? common('noCoil') })
}

/** The second frame begins when the first one, with the picture in it, has been handed to the screen. */
function afterPaint(callback: () => void) {
  requestAnimationFrame(() => requestAnimationFrame(callback))
}

/** The canvas of the strip and the map below it. React makes the place; the strip fills it. */
import type { LiveImage } from '@coilcast/live-image'
import { useEffect, useRef } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import styles from './coil.module.css'
import { listen } from './gestures.ts'
import type { StripText } from './scene.ts'
import { Strip, type StripHost } from './strip.ts'
import type { Direction } from './turn.ts'

interface SurfaceCanvasProps {
  images: readonly LiveImage[]
  direction: Direction
  text: StripText
  label: string
  describedBy: string
  addressOf: StripHost['addressOf']
  onReport: StripHost['onReport']
  onMoved: StripHost['onMoved']
  onOpen(index: number): void
  /** The strip is there; null: gone. */
  onStrip(strip: Strip | null): void
}

export function SurfaceCanvas(props: SurfaceCanvasProps) {
  const { images, direction, text, label, describedBy } = props
  const { t } = useTranslation('coil')
  const { theme } = useLook()
  const surface = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const map = useRef<HTMLCanvasElement>(null)
  const sight = useRef<HTMLDivElement>(null)
  const strip = useRef<Strip>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const [place, main, small, mark] = [surface.current, canvas.current, map.current, sight.current]
    if (!place || !main || !small || !mark) return
    const made = new Strip({
      canvas: main,
      map: small,
      window: mark,
      addressOf: (image, source) => latest.current.addressOf(image, source),
      onReport(report) {
        place.dataset.drawn = report.drawn
        latest.current.onReport(report)
      },
      onMoved: wish => latest.current.onMoved(wish),
    })
    strip.current = made
    latest.current.onStrip(made)
    const resize = () => made.resize(place.clientWidth, place.clientHeight, window.devicePixelRatio)
    const observer = new ResizeObserver(resize)
    observer.observe(place)
    const open = (point: { x: number; y: number }) => {
      const index = made.frameUnder(point)
      if (index !== null) latest.current.onOpen(index)
    }
    const quit = [
      listen(place, {
        pan: (x, y) => made.pan(x, y),
        zoom: (factor, point) => made.zoom(factor, point),
        point: point => made.pointTo(point),
        open,
      }),
      dragOn(small, (x, y) => made.showOnMap(x, y)),
    ]
    return () => {
      observer.disconnect()
      for (const stop of quit) stop()
      latest.current.onStrip(null)
      strip.current = null
      made.dispose()
    }
  }, [])

  useEffect(() => strip.current?.setText(text), [text])
  useEffect(() => strip.current?.setFrames(images, direction), [images, direction])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => strip.current?.forgetColours(), [theme])

  return (
    <>
      <div
        ref={surface}
        className={styles.surface}
        role="application"
        aria-label={label}
        aria-describedby={describedBy}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: all keys of the strip work here
        tabIndex={0}
      >
        <canvas ref={canvas} className={styles.canvas} data-testid="strip" />
      </div>
      <div className={styles.map} title={t('map')} aria-hidden="true">
        <canvas ref={map} className={styles.canvas} data-testid="map" />
        <div ref={sight} className={styles.sight} />
      </div>
    </>
  )
}

/** Tells of every point that is pressed or dragged over. */
function dragOn(element: HTMLElement, onPoint: (clientX: number, clientY: number) => void): () => void {
  const down = (event: PointerEvent) => {
    element.setPointerCapture(event.pointerId)
    onPoint(event.clientX, event.clientY)
  }
  const move = (event: PointerEvent) => {
    if (element.hasPointerCapture(event.pointerId)) onPoint(event.clientX, event.clientY)
  }
  element.addEventListener('pointerdown', down)
  element.addEventListener('pointermove', move)
  return () => {
    element.removeEventListener('pointerdown', down)
    element.removeEventListener('pointermove', move)
  }
}

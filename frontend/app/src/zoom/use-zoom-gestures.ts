/** The bridge from a zoom to React: gestures, the layer that moves, keys, and the address. */
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from '../i18n/translate.ts'
import { useKeys } from '../keys/use-keys.ts'
import { usePlace } from '../place/use-place.ts'
import { type Content, listenGestures } from './gestures.ts'
import { zoomBindings } from './keys.ts'
import { followZoom, type Layer } from './layer.ts'
import { readTransform, writeTransform } from './transform.ts'
import { Zoom } from './zoom.ts'

type Element = RefObject<HTMLElement | null>

/**
 * Wheel, drag, pinch and double click on `box`, where there is a zoom. `content` is asked when something happens: it need not be
 * the same function.
 */
export function useZoomGestures(box: Element, zoom: Zoom | null, content: Content): void {
  const ask = useLatest(content)
  useEffect(() => {
    if (box.current !== null && zoom !== null) return listenGestures(box.current, zoom, () => ask.current())
  }, [box, zoom, ask])
}

/** Lays `layer` into `box` as the zoom says. Returns what to call when the picture's size may have changed. */
export function useZoomLayer(box: Element, layer: Element, zoom: Zoom, content: Content): () => void {
  const ask = useLatest(content)
  const following = useRef<Layer>(null)
  useLayoutEffect(() => {
    if (box.current === null || layer.current === null) return
    const made = followZoom(box.current, layer.current, zoom, () => ask.current())
    following.current = made
    return () => made.stop()
  }, [box, layer, zoom, ask])
  return useMemo(() => () => following.current?.update(), [])
}

export function useIsFit(zoom: Zoom): boolean {
  return useSyncExternalStore(zoom.subscribe, () => zoom.isFit)
}

/** Keys for the zoom; the arrows only while there is something to pan, so that a view may have them otherwise. */
export function useZoomKeys(zoom: Zoom): void {
  const { t } = useTranslation()
  const isFit = useIsFit(zoom)
  useKeys(
    t('zoom.label'),
    useMemo(() => zoomBindings(zoom, isFit, t), [zoom, isFit, t]),
  )
}

/** So long after the last move the zoom is written into the address. */
const SETTLED_MS = 300

/** A zoom that stands in the address as `zoom`: linked, kept over a reload, and no step in the browser's history. */
export function useZoomInPlace(): Zoom {
  const { params, change } = usePlace()
  const [zoom] = useState(() => new Zoom(readTransform(params.zoom)))
  const written = useRef(params.zoom)
  useEffect(() => {
    if (params.zoom === written.current) return
    written.current = params.zoom
    zoom.set(readTransform(params.zoom))
  }, [params.zoom, zoom])
  const latest = useLatest(change)
  useEffect(() => {
    let timer: number | undefined
    const write = () => {
      const text = writeTransform(zoom.get())
      if (text === written.current) return
      written.current = text
      latest.current({ zoom: text }, { replace: true })
    }
    const leave = zoom.subscribe(() => {
      window.clearTimeout(timer)
      timer = window.setTimeout(write, SETTLED_MS)
    })
    return () => {
      leave()
      window.clearTimeout(timer)
    }
  }, [zoom, latest])
  return zoom
}

/** Always what the last render said, without anything having to start anew for it. */
function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value)
  useLayoutEffect(() => {
    latest.current = value
  })
  return latest
}

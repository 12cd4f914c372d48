/** The image that is looked at: by name in the address, so that it can be linked; by its place for whoever goes on from it. */
import type { ImageDetails, LiveImage } from '@coilcast/live-image'
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { usePlace } from '../../place/use-place.ts'
import type { HistoryFilter } from './filter.ts'
import { type Page, pageOf } from './pages.ts'
import { detailsQuery, HISTORY, pageQuery, placeQuery } from './queries.ts'
import { carried, clampIndex, indexAt, type Timeline } from './timeline.ts'

export interface Selection {
  /** Its place; null as long as it is not known, and for an image that the filter leaves out. */
  readonly index: number | null
  /** Null while it is on its way, or when there is none. */
  readonly image: LiveImage | null
  readonly details: UseQueryResult<ImageDetails>
  /** It is there, but the filter leaves it out. */
  readonly isOutside: boolean
  /** Goes to the image of a place. */
  go(index: number): void
  /** Goes to an image by name. */
  show(image: LiveImage): void
}

/** Where somebody went: `image` is null until the page with it is there. */
interface Cursor {
  readonly timeline: Timeline
  readonly index: number
  readonly image: LiveImage | null
}

const NO_PAGE: Page = { first: 0, count: 1, from: 0, to: 0, order: 'oldest', depth: 0 }

/** `timeline` is null while it is on its way, and when nothing matches. */
export function useSelection(timeline: Timeline | null, filter: HistoryFilter): Selection {
  const client = useQueryClient()
  const { params, change } = usePlace()
  const { file } = params
  const [cursor, setCursor] = useState<Cursor | null>(null)
  const [wentBy, setWentBy] = useState(filter)
  if (wentBy !== filter) {
    setWentBy(filter)
    setCursor(null)
  }

  const details = useQuery(detailsQuery(filter.camera, filter.imageType, file))
  const isArrived = cursor !== null && cursor.image !== null && cursor.image.filename === file
  const isMoving = cursor !== null && cursor.image === null
  const image = isArrived ? cursor.image : isMoving ? null : (details.data?.image ?? null)
  const isPlaced = cursor !== null && cursor.timeline === timeline && (isArrived || isMoving)
  const place = useQuery({ ...placeQuery(client, filter, timeline, isPlaced ? null : image) })
  const index = isPlaced
    ? cursor.index
    : (place.data ?? (isArrived && timeline ? carried(cursor.timeline, timeline, cursor.index) : null))

  const lastTime = useRef<number | null>(null)
  useEffect(() => {
    if (image !== null) lastTime.current = image.timestamp
  }, [image])

  const arrive = useCallback(
    (at: Timeline, target: number, found: LiveImage) => {
      setCursor({ timeline: at, index: target, image: found })
      change({ camera: found.camera, type: found.type, file: found.filename }, { replace: true })
    },
    [change],
  )

  const go = useCallback(
    (wanted: number) => {
      if (timeline === null) return
      const target = clampIndex(timeline, wanted)
      const page = pageOf(timeline, target)
      const known = client.getQueryData(pageQuery(client, filter, page).queryKey)
      const found = known?.images[target - page.first]
      if (found) arrive(timeline, target, found)
      else setCursor({ timeline, index: target, image: null })
    },
    [timeline, client, filter, arrive],
  )

  // The page with the image on the way is held until it is there, wherever the strip looks meanwhile.
  const awaited = isMoving && cursor.timeline === timeline ? pageOf(timeline, cursor.index) : null
  const answer = useQuery({ ...pageQuery(client, filter, awaited ?? NO_PAGE), enabled: awaited !== null })
  const images = awaited === null ? undefined : answer.data?.images
  useEffect(() => {
    if (cursor === null || images === undefined) return
    const found = images[cursor.index - pageOf(cursor.timeline, cursor.index).first]
    if (found) arrive(cursor.timeline, cursor.index, found)
    // Removed since it was counted.
    else void client.invalidateQueries({ queryKey: [HISTORY, 'timeline'] })
  }, [cursor, images, arrive, client])

  const show = useCallback(
    (wanted: LiveImage) => {
      setCursor(null)
      change({ camera: wanted.camera, type: wanted.type, file: wanted.filename }, { replace: true })
    },
    [change],
  )

  // On the way to a place that was counted anew meanwhile.
  useEffect(() => {
    if (isMoving && timeline !== null && cursor.timeline !== timeline)
      go(carried(cursor.timeline, timeline, cursor.index))
  }, [isMoving, cursor, timeline, go])

  // Nothing named: the newest, or, once something was looked at, what was captured then.
  const isUnnamed = file === undefined && !isMoving
  useEffect(() => {
    if (!isUnnamed || timeline === null) return
    go(lastTime.current === null ? timeline.total - 1 : indexAt(timeline, lastTime.current))
  }, [isUnnamed, timeline, go])

  const isOutside = timeline !== null && image !== null && !isPlaced && place.data === null
  return { index, image, details, isOutside, go, show }
}

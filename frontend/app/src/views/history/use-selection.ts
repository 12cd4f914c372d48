/** The image that is looked at: by name in the address, so that it can be linked; by its place for whoever goes on from it. */
import type { ImageDetails, LiveImage } from '@coilcast/live-image'
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { usePlace } from '../../place/use-place.ts'
import type { HistoryFilter } from './filter.ts'
import { pageOf } from './pages.ts'
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

  const ticket = useRef(0)
  const go = useCallback(
    (wanted: number) => {
      if (timeline === null) return
      const target = clampIndex(timeline, wanted)
      const page = pageOf(timeline, target)
      const query = pageQuery(client, filter, page)
      ticket.current += 1
      const own = ticket.current
      const arrive = (images: readonly LiveImage[]) => {
        const found = images[target - page.first]
        if (own !== ticket.current) return
        // Removed since it was counted.
        if (found === undefined) return void client.invalidateQueries({ queryKey: [HISTORY, 'timeline'] })
        setCursor({ timeline, index: target, image: found })
        change({ camera: found.camera, type: found.type, file: found.filename }, { replace: true })
      }
      const known = client.getQueryData(query.queryKey)
      if (known) return arrive(known.images)
      setCursor({ timeline, index: target, image: null })
      // A page that cannot be had is told of by the strip, which asks for it too.
      client.fetchQuery(query).then(
        ({ images }) => arrive(images),
        () => {},
      )
    },
    [timeline, client, filter, change],
  )

  const show = useCallback(
    (wanted: LiveImage) => {
      ticket.current += 1
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

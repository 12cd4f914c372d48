/** The frame before or after one, by capture time. */
import type { Api, LiveImage } from '@coilcast/live-image'

/** As many frames as may share one capture time: names that tell no more than the second. */
const SAME_TIME = 50

/** Null: there is none. `coil` keeps within a coil. Rejects with ApiError. */
export async function neighbour(
  api: Pick<Api, 'history'>,
  image: LiveImage,
  step: -1 | 1,
  coil: string | undefined,
  signal?: AbortSignal,
): Promise<LiveImage | null> {
  const { camera, type, timestamp } = image
  const bounds =
    step > 0 ? ({ order: 'oldest', from: timestamp } as const) : ({ order: 'newest', to: timestamp + 1 } as const)
  const query = { camera, imageType: type, coilNumber: coil, limit: SAME_TIME, ...bounds }
  const { images } = await api.history(query, signal)
  // What has the same capture time comes first, itself among it.
  const itself = images.findIndex(each => each.filename === image.filename)
  if (itself >= 0) return images[itself + 1] ?? null
  return images.find(each => each.timestamp !== timestamp) ?? null
}

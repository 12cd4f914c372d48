/** Which images a place looks at live. Pure. */
import type { Place } from '../place/place.ts'

export const DEFAULT_TYPE = 'original'
export const DEFAULT_KINDS: readonly string[] = ['original', 'labeled']

/** What a component asks the hook for. Two that ask for the same share a view, so the server is asked once. */
export interface LiveFilter {
  imageType?: string | undefined
  camera?: string | undefined
  coilNumber?: string | undefined
  previews?: boolean | undefined
}

/** The newest image of the place's camera, type and coil, with its preview pushed: what the live view shows. A grid is of all cameras. */
export function liveFilter({ params }: Place): LiveFilter {
  const camera = params.grid === undefined ? params.camera : undefined
  return { imageType: params.type ?? DEFAULT_TYPE, camera, coilNumber: params.coil, previews: true }
}

/** What the panel's frame listens by, for the state of the link: what the view asks for anyway, or else anything. */
export function linkFilter(place: Place): LiveFilter {
  if (place.view === 'live') return liveFilter(place)
  return place.view === 'compare' ? { camera: place.params.camera, coilNumber: place.params.coil } : {}
}

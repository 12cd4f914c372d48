/** The live filter of a place, the same object as long as it asks for the same: what else stands in the address changes often. */
import { useMemo } from 'react'
import { type LiveFilter, liveFilter } from '../../data/live-filter.ts'
import type { Place } from '../../place/place.ts'

export function useLiveFilter(place: Place): LiveFilter {
  const { imageType, camera, coilNumber, previews } = liveFilter(place)
  return useMemo(() => ({ imageType, camera, coilNumber, previews }), [imageType, camera, coilNumber, previews])
}

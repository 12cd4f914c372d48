/** The pair to show: the newest as it comes, or a fixed frame. */
import { ApiError, clientFor, type ImageDetails, type LiveImage } from '@coilcast/live-image'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import { api } from '../../data/api.ts'
import { DEFAULT_CAMERA } from './camera.ts'
import { LivePairs, type WantedPair } from './live-pairs.ts'
import { SIDES, type Side } from './pairing.ts'
import type { Settings } from './settings.ts'

type Kinds = Settings['kinds']

export function useLivePair({ left, right }: Kinds, camera: string | undefined, coil: string | undefined) {
  const pairs = useMemo(() => {
    const client = clientFor()
    const view = (imageType: string) => client.view({ imageType, camera, coilNumber: coil, previews: true })
    return new LivePairs({ kinds: { left, right }, views: { left: view(left), right: view(right) }, api })
  }, [left, right, camera, coil])
  return useSyncExternalStore(pairs.subscribe, pairs.get, pairs.get)
}

export interface FixedPair {
  /** Null until it is known. */
  readonly pair: WantedPair | null
  /** The image by which the frame was named. */
  readonly image: LiveImage | null
  readonly trouble: 'gone' | 'unreachable' | null
}

/** A twin that has not come yet is asked for again. */
const ASK_AGAIN_MS = 3000

/** What `frame` names; nothing for null. */
export function useFixedPair(frame: Settings['frame'], kinds: Kinds, camera = DEFAULT_CAMERA): FixedPair {
  const { data, error } = useQuery({
    queryKey: ['frame', camera, frame?.type, frame?.file],
    queryFn: ({ signal }) => api.details(camera, frame?.type ?? '', frame?.file ?? '', signal),
    enabled: frame !== null,
    retry: (failures, reason) => !isGone(reason) && failures < 3,
    refetchInterval: ({ state }) => {
      const { data: known, error: reason } = state
      if (known) return SIDES.some(side => imageOf(known, kinds[side]) === null) ? ASK_AGAIN_MS : false
      return reason !== null && !isGone(reason) ? ASK_AGAIN_MS : false
    },
  })
  const { left, right } = kinds
  return useMemo(() => {
    if (frame === null) return NOTHING
    const trouble = error === null || data ? null : isGone(error) ? 'gone' : 'unreachable'
    if (!data) return { ...NOTHING, trouble }
    return { pair: { left: wanted(data, left), right: wanted(data, right) }, image: data.image, trouble }
  }, [frame, data, error, left, right])
}

const NOTHING: FixedPair = { pair: null, image: null, trouble: null }

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}

function imageOf({ image, twins }: ImageDetails, kind: string): LiveImage | null {
  return image.type === kind ? image : (twins[kind] ?? null)
}

function wanted(details: ImageDetails, kind: string): WantedPair[Side] {
  const image = imageOf(details, kind)
  return image && { image, epoch: details.epoch, isDemo: false, preview: null, isPushed: false }
}

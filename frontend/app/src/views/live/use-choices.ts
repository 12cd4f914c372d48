/** What can be chosen in the live view, and what is chosen: it stands in the address. */
import { useMemo } from 'react'
import { DEFAULT_TYPE } from '../../data/live-filter.ts'
import { usePlace } from '../../place/use-place.ts'

export interface Choices {
  readonly kinds: readonly string[]
  readonly kind: string
  readonly cameras: readonly string[]
  /** Undefined: whichever has the newest image. */
  readonly camera: string | undefined
  /** Only images of this coil. */
  readonly coil: string | undefined
  readonly isGrid: boolean
  readonly isKiosk: boolean
  readonly choose: Choose
}

export interface Choose {
  kind(kind: string): void
  camera(camera: string | undefined): void
  /** All cameras, or one. */
  grid(isOn: boolean): void
  allCoils(): void
  leaveKiosk(): void
}

/** `onCamera` is called before another camera is shown. */
export function useChoices(kinds: readonly string[], cameras: readonly string[], onCamera?: () => void): Choices {
  const { params, change } = usePlace()
  const choose = useMemo<Choose>(
    () => ({
      kind: kind => change({ type: kind === DEFAULT_TYPE ? undefined : kind }, { replace: true }),
      camera(camera) {
        onCamera?.()
        change({ camera }, { replace: true })
      },
      // A step in the browser's history: back leads to where one came from.
      grid: isOn => change({ grid: isOn ? 1 : undefined, zoom: undefined }),
      allCoils: () => change({ coil: undefined }),
      leaveKiosk: () => change({ kiosk: undefined }, { replace: true }),
    }),
    [change, onCamera],
  )
  const { type: kind = DEFAULT_TYPE, camera, coil, grid, kiosk } = params
  return useMemo(
    () => ({ kinds, kind, cameras, camera, coil, isGrid: grid !== undefined, isKiosk: kiosk !== undefined, choose }),
    [kinds, kind, cameras, camera, coil, grid, kiosk, choose],
  )
}

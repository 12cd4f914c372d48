/** The frames of a coil, for as long as a component shows them. */
import type { LiveImage } from '@coilcast/live-image'
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import { api } from '../../data/api.ts'
import { FrameList, type FrameQuery, type FrameState } from './frame-list.ts'

export interface Frames extends FrameState {
  add(image: LiveImage): void
  reload(): void
}

/** `epoch` is the count that the images' numbers belong to: with another, all are asked for anew. Nothing is asked without a query. */
export function useFrames(query: FrameQuery | null, epoch: string | null): Frames {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another epoch is another list
  const list = useMemo(() => new FrameList(api, query ?? NOBODY), [query, epoch])
  useEffect(() => {
    if (query === null) return
    void list.load()
    return () => list.stop()
  }, [list, query])
  const state = useSyncExternalStore(list.subscribe, list.get, list.get)
  const add = useCallback((image: LiveImage) => list.add(image), [list])
  const reload = useCallback(() => void list.load(), [list])
  return useMemo(() => ({ ...state, add, reload }), [state, add, reload])
}

const NOBODY: FrameQuery = { coilNumber: '', imageType: '', camera: '' }

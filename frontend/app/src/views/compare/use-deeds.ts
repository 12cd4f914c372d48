/** What can be done with the pair on the screen: all of it changes the address, and nothing else. */
import type { LiveImage } from '@coilcast/live-image'
import { useEffect, useMemo, useRef, useState } from 'react'
import { api } from '../../data/api.ts'
import { usePlace } from '../../place/use-place.ts'
import type { Deeds } from './controls.tsx'
import { neighbour } from './neighbours.ts'
import type { Pair } from './pairing.ts'
import { type Settings, writeFrame, writeMode, writeRate } from './settings.ts'

/** Why a step led nowhere. */
export type Notice = 'first' | 'last' | 'failed'

interface Now {
  frame: Settings['frame']
  /** The image by which the frame was named. */
  from: LiveImage | null
  shown: Pair | null
}

export function useDeeds({ frame, from, shown }: Now): { deeds: Deeds; notice: Notice | null } {
  const { params, change } = usePlace()
  const [notice, setNotice] = useState<Notice | null>(null)
  const stepping = useRef<AbortController>(null)
  const now = useRef({ frame, from, shown, params })
  useEffect(() => {
    now.current = { frame, from, shown, params }
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said of one frame is not true of the next
  useEffect(() => setNotice(null), [frame?.file])
  useEffect(() => () => stepping.current?.abort(), [])

  const deeds = useMemo<Deeds>(() => {
    // What changes while one looks is no step in the browser's history.
    const set = (changes: Parameters<typeof change>[0]) => change(changes, { replace: true })
    return {
      choose: mode => set(writeMode(mode)),
      chooseKind: (side, kind) => set({ [side]: kind }),
      // Another camera sees another thing at the same spot, and has no such frame.
      chooseCamera: camera => set({ camera, file: undefined, zoom: undefined }),
      rate: rateHz => set(writeRate(rateHz)),
      blink: isOn => set({ blink: isOn ? 'on' : 'off' }),
      freeze() {
        stepping.current?.abort()
        const { frame: held, shown: pair, params: at } = now.current
        if (held !== null) set({ file: undefined })
        else if (pair !== null) set(writeFrame(pair, at.type))
      },
      async step(direction) {
        const { frame: held, from: named, shown: pair, params: at } = now.current
        // What was just frozen is on the screen before the server has said what it knows of it.
        const image = held === null ? imageOf(pair, at.type) : (named ?? imageOf(pair, held.type, held.file))
        // A key that is held down asks faster than is answered: one step after the other.
        if (image === null || (stepping.current !== null && !stepping.current.signal.aborted)) return
        const stop = new AbortController()
        stepping.current = stop
        try {
          const next = await neighbour(api, image, direction, at.coil, stop.signal)
          if (stop.signal.aborted) return
          if (next === null) setNotice(direction < 0 ? 'first' : 'last')
          else set({ camera: next.camera, type: next.type, file: next.filename })
        } catch {
          if (!stop.signal.aborted) setNotice('failed')
        } finally {
          stop.abort()
        }
      },
    }
  }, [change])
  return { deeds, notice }
}

/** The image of the pair that is called `file`, or the one of the preferred kind. */
function imageOf(pair: Pair | null, preferred: string | undefined, file?: string): LiveImage | null {
  const images = [pair?.left, pair?.right].filter(image => image && (file === undefined || image.filename === file))
  return images.find(image => image?.type === preferred) ?? images[0] ?? null
}

/** The cameras of the server: as it lists them, and those of which an image was seen since. */
import type { ServerConfig } from '@coilcast/live-image'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { api } from '../../data/api.ts'
import { mergeCameras } from './cameras.ts'

/** A camera is put up once in years, and then looked for at once. */
const ASK_EVERY_MS = 10_000

export interface Cameras {
  readonly cameras: readonly string[]
  /** An image of it came. */
  see(camera: string | null): void
}

/** `config` is what the link was told when it was made. */
export function useCameras(config: ServerConfig | null): Cameras {
  const [seen, setSeen] = useState<readonly string[]>([])
  const { data } = useQuery({
    queryKey: ['cameras'],
    queryFn: async ({ signal }) => (await api.config(signal)).cameras,
    refetchInterval: ASK_EVERY_MS,
    initialData: config?.cameras,
  })
  const known = data ?? config?.cameras
  const all = useRef(new Set<string>())
  const see = useCallback((camera: string | null) => {
    // React keeps what it is told until it renders again, which it does not for what changes nothing: an entry for each image.
    if (camera === null || all.current.has(camera)) return
    all.current.add(camera)
    setSeen([...all.current])
  }, [])
  return useMemo(() => ({ cameras: mergeCameras(known ?? [], seen), see }), [known, seen, see])
}

/** The coils to choose from. */
import type { Coil } from '@coilcast/live-image'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../data/api.ts'

const MOST = 300

/** In the order in which they ran. */
export function coilsQuery(camera: string | undefined) {
  return queryOptions({
    queryKey: ['coils', camera],
    queryFn: ({ signal }) => api.coils({ camera, limit: MOST }, signal),
    select: inOrder,
    refetchInterval: 30_000,
  })
}

export function inOrder(coils: readonly Coil[]): Coil[] {
  return [...coils].sort(
    (one, other) => one.first_at - other.first_at || (one.coil_number < other.coil_number ? -1 : 1),
  )
}

/** The coil before (-1) or after (1); undefined at the ends, and beside one that is not in the list. */
export function neighbour(ordered: readonly Coil[], coil: string | null, by: -1 | 1): string | undefined {
  const place = ordered.findIndex(each => each.coil_number === coil)
  return place < 0 ? undefined : ordered[place + by]?.coil_number
}

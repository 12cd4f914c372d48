/** Which coil comes before and after. Pure. */
import type { Coil } from '@coilcast/live-image'

/** In the order in which they were begun. */
export function inOrder(coils: readonly Coil[]): Coil[] {
  return [...coils].sort(
    (one, other) => one.first_at - other.first_at || (one.coil_number < other.coil_number ? -1 : 1),
  )
}

/** The coil before (-1) or after (1) that of an image; for an image without a number, of its time. Null at the ends. */
export function neighbour(
  ordered: readonly Coil[],
  image: { coil_number: string | null; timestamp: number },
  direction: -1 | 1,
): Coil | null {
  const place = ordered.findIndex(coil => coil.coil_number === image.coil_number)
  if (place >= 0) return ordered[place + direction] ?? null
  const after = ordered.findIndex(coil => coil.first_at > image.timestamp)
  const next = after < 0 ? ordered.length : after
  return ordered[direction === 1 ? next : next - 1] ?? null
}

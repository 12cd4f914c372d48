import type { LiveImageState } from '@coilcast/live-image'

/** Down, and not just for the blink of an eye in which a gateway is replaced: one attempt to come back has failed. */
export function isLost({ connectionType, failures }: Pick<LiveImageState, 'connectionType' | 'failures'>): boolean {
  return connectionType === 'disconnected' && failures > 0
}

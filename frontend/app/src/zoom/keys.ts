/** What the keyboard does with a zoom. Pure. */
import type { Translate } from '../i18n/translate.ts'
import type { Binding } from '../keys/keys.ts'
import type { Zoom } from './zoom.ts'

const PAN_PX = 80

/** The arrows are left to others while all of the picture is seen. */
export function zoomBindings(zoom: Zoom, isFit: boolean, t: Translate): Binding[] {
  const always: Binding[] = [
    { keys: ['+', '='], label: t('zoom.in'), run: () => zoom.in() },
    { keys: ['-'], label: t('zoom.out'), run: () => zoom.out() },
    { keys: ['0'], label: t('zoom.fit'), run: () => zoom.fit() },
    { keys: ['o'], label: t('zoom.oneToOne'), run: () => zoom.oneToOne() },
  ]
  if (isFit) return always
  const pan = (event: KeyboardEvent) => {
    const [dx, dy] = DIRECTIONS[event.key] ?? [0, 0]
    zoom.pan(dx * PAN_PX, dy * PAN_PX)
  }
  return [...always, { keys: Object.keys(DIRECTIONS), label: t('zoom.pan'), run: pan }]
}

/** An arrow looks further its way: the picture moves the other. */
const DIRECTIONS: Record<string, [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

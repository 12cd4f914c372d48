/** All that can be done with the strip by keys. */
import { useMemo } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import type { Binding } from '../../keys/keys.ts'
import { useKeys } from '../../keys/use-keys.ts'
import type { Strip } from './strip.ts'
import { ZOOM_STEP } from './tools.tsx'

interface CoilActions {
  readonly strip: Strip | null
  /** The frame that is pointed at, in another view. */
  open(view: 'history' | 'compare'): void
  /** The coil before or after. */
  go(by: -1 | 1): void
  turn(): void
}

/** Of what is in sight. */
const STEP = 0.2

export function useCoilKeys({ strip, open, go, turn }: CoilActions): void {
  const { t } = useTranslation('coil')
  const bindings = useMemo<Binding[]>(() => {
    const pan = (x: number, y: number) => strip?.step(strip.isUpright ? y : x, strip.isUpright ? x : y)
    const zoom = (isIn: boolean) => strip?.zoom(isIn ? ZOOM_STEP : 1 / ZOOM_STEP)
    return [
      {
        keys: ['ArrowLeft', 'ArrowRight'],
        label: t('keys.sideways'),
        run: ({ key }) => pan(key === 'ArrowLeft' ? -STEP : STEP, 0),
      },
      {
        keys: ['ArrowUp', 'ArrowDown'],
        label: t('keys.upwards'),
        run: ({ key }) => pan(0, key === 'ArrowUp' ? -STEP : STEP),
      },
      { keys: ['Home'], label: t('keys.head'), run: () => strip?.showStart() },
      { keys: ['End', 'f'], label: t('follow'), run: () => strip?.showEnd() },
      { keys: ['+', '=', '-'], label: t('keys.zoom'), run: ({ key }) => zoom(key !== '-') },
      { keys: ['0'], label: t('whole'), run: () => strip?.showWhole() },
      { keys: ['z'], label: t('pixel'), run: () => strip?.showPixels() },
      { keys: [',', '.'], label: t('keys.frames'), run: ({ key }) => strip?.pointNext(key === ',' ? -1 : 1) },
      { keys: ['Enter'], label: t('keys.open'), run: () => open('history') },
      { keys: ['c'], label: t('keys.compare'), run: () => open('compare') },
      { keys: ['Shift+ArrowLeft', '['], label: t('previous'), run: () => go(-1) },
      { keys: ['Shift+ArrowRight', ']'], label: t('next'), run: () => go(1) },
      { keys: ['r'], label: t('turn'), run: turn },
    ]
  }, [t, strip, open, go, turn])
  useKeys(t('keys.title'), bindings)
}

/** All that can be done with the strip by keys. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
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
    const pan = (x: number, y: number) => () => strip?.step(strip.isUpright ? y : x, strip.isUpright ? x : y)
    return [
      { keys: ['ArrowLeft'], label: t('keys.pan'), run: pan(-STEP, 0) },
      { keys: ['ArrowRight'], label: t('keys.pan'), run: pan(STEP, 0) },
      { keys: ['ArrowUp'], label: t('keys.cross'), run: pan(0, -STEP) },
      { keys: ['ArrowDown'], label: t('keys.cross'), run: pan(0, STEP) },
      { keys: ['Home'], label: t('keys.ends'), run: () => strip?.showStart() },
      { keys: ['End', 'f'], label: t('keys.ends'), run: () => strip?.showEnd() },
      { keys: ['+', '='], label: t('keys.zoom'), run: () => strip?.zoom(ZOOM_STEP) },
      { keys: ['-'], label: t('keys.zoom'), run: () => strip?.zoom(1 / ZOOM_STEP) },
      { keys: ['0'], label: t('whole'), run: () => strip?.showWhole() },
      { keys: ['z'], label: t('pixel'), run: () => strip?.showPixels() },
      { keys: [','], label: t('keys.frames'), run: () => strip?.pointNext(-1) },
      { keys: ['.'], label: t('keys.frames'), run: () => strip?.pointNext(1) },
      { keys: ['Enter'], label: t('keys.open'), run: () => open('history') },
      { keys: ['c'], label: t('keys.compare'), run: () => open('compare') },
      { keys: ['Shift+ArrowLeft', '['], label: t('keys.coils'), run: () => go(-1) },
      { keys: ['Shift+ArrowRight', ']'], label: t('keys.coils'), run: () => go(1) },
      { keys: ['r'], label: t('turn'), run: turn },
    ]
  }, [t, strip, open, go, turn])
  useKeys(t('keys.title'), bindings)
}

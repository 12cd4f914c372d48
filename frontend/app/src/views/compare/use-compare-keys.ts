/** The keys of the compare view. */
import { type RefObject, useMemo } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import type { Binding } from '../../keys/keys.ts'
import { useKeys } from '../../keys/use-keys.ts'
import type { Deeds } from './controls.tsx'
import type { DividerHandle } from './divider.tsx'
import type { PanesHandle } from './panes.tsx'
import { nextRate, type Settings } from './settings.ts'

const SPLIT_STEP = 5

/** `isFit`: the arrows are free, nothing is to be panned. */
export function useCompareKeys(
  { mode, frame, rateHz, isBlinking }: Settings,
  deeds: Deeds,
  isFit: boolean,
  panes: RefObject<PanesHandle | null>,
  divider: RefObject<DividerHandle | null>,
): void {
  const { t } = useTranslation('compare')
  const { t: common } = useTranslation()
  const isFixed = frame !== null
  const bindings = useMemo(() => {
    const made: Binding[] = [
      { keys: ['s'], label: t('mode.side'), run: () => deeds.choose('side') },
      { keys: ['w'], label: t('mode.swipe'), run: () => deeds.choose('swipe') },
      { keys: ['b'], label: t('mode.blink'), run: () => deeds.choose('blink') },
      { keys: isFixed ? [' ', 'Escape'] : [' '], label: t(isFixed ? 'frame.live' : 'frame.freeze'), run: deeds.freeze },
      { keys: isFit ? ['ArrowLeft', ','] : [','], label: t('frame.previous'), run: () => deeds.step(-1) },
    ]
    if (isFixed) {
      made.push({ keys: isFit ? ['ArrowRight', '.'] : ['.'], label: t('frame.next'), run: () => deeds.step(1) })
    }
    if (mode === 'swipe') {
      const move = ({ key }: KeyboardEvent) => divider.current?.moveBy(key === '[' ? -SPLIT_STEP : SPLIT_STEP)
      made.push({ keys: ['[', ']'], label: t('keys.divider'), run: move })
    }
    if (mode === 'blink') {
      made.push(
        { keys: ['p'], label: t(isBlinking ? 'blink.pause' : 'blink.start'), run: () => deeds.blink(!isBlinking) },
        { keys: ['x'], label: t('keys.flip'), run: () => panes.current?.flip() },
        { keys: ['['], label: t('blink.slower'), run: () => deeds.rate(nextRate(rateHz, -1)) },
        { keys: [']'], label: t('blink.faster'), run: () => deeds.rate(nextRate(rateHz, 1)) },
      )
    }
    return made
  }, [t, deeds, mode, isFixed, isFit, isBlinking, rateHz, panes, divider])
  useKeys(common('views.compare'), bindings)
}

/** What the keyboard does in the live view. */
import { useMemo } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import type { Binding } from '../../keys/keys.ts'
import { useKeys } from '../../keys/use-keys.ts'
import { nextKind, stepCamera } from './cameras.ts'
import type { Choices } from './use-choices.ts'

export function useLiveKeys({ kinds, kind, cameras, camera, isGrid, isKiosk, choose }: Choices): void {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const bindings = useMemo(() => {
    const step = (by: 1 | -1) => () => choose.camera(stepCamera(cameras, camera, by))
    const all: Binding[] = [
      { keys: ['d'], label: t('keys.kind'), run: () => choose.kind(nextKind(kinds, kind)) },
      { keys: ['g'], label: t(isGrid ? 'keys.single' : 'keys.grid'), run: () => choose.grid(!isGrid) },
    ]
    if (!isGrid && cameras.length > 1) {
      all.push({ keys: ['['], label: t('keys.previous'), run: step(-1) })
      all.push({ keys: [']'], label: t('keys.next'), run: step(1) })
    }
    if (isKiosk) all.push({ keys: ['Escape'], label: common('look.leaveKiosk'), run: choose.leaveKiosk })
    return all
  }, [t, common, kinds, kind, cameras, camera, isGrid, isKiosk, choose])
  useKeys(common('views.live'), bindings)
}

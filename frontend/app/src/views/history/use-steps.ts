/** Going from image to image and from coil to coil, by button and by key. */
import type { Coil, LiveImage } from '@coilcast/live-image'
import { useMemo } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import type { Binding } from '../../keys/keys.ts'
import { useKeys } from '../../keys/use-keys.ts'
import { usePlace } from '../../place/use-place.ts'
import { neighbour } from './coils.ts'
import type { HistoryFilter } from './filter.ts'
import { firstOf } from './queries.ts'
import type { Timeline } from './timeline.ts'
import type { Steps } from './toolbar.tsx'
import type { Selection } from './use-selection.ts'

interface Around {
  readonly timeline: Timeline | null
  readonly selection: Selection
  readonly filter: HistoryFilter
  readonly coils: readonly Coil[]
  readonly arrived: number
  /** The image on the screen. */
  readonly image: LiveImage | null
  takeIn(): void
  /** Tells whoever looks why nothing happens. */
  say(text: string): void
}

export function useSteps({ timeline, selection, filter, coils, arrived, image, takeIn, say }: Around): Steps {
  const { t } = useTranslation('history')
  const { change } = usePlace()
  const { index, go, show } = selection
  return useMemo(() => {
    const coil = async (direction: -1 | 1) => {
      if (image === null) return
      const next = neighbour(coils, image, direction)
      if (next === null) return say(direction === 1 ? t('lastCoil') : t('firstCoil'))
      const first = await firstOf(next, filter).catch(() => undefined)
      if (first === undefined) return say(t('failed'))
      if (first === null) return say(t('coilEmpty', { coil: next.coil_number }))
      if (filter.coilNumber !== undefined) change({ coil: next.coil_number, file: first.filename })
      else show(first)
    }
    return {
      by: images => index !== null && go(index + images),
      coil: direction => void coil(direction),
      first: () => go(0),
      newest: () => (arrived > 0 ? takeIn() : timeline && go(timeline.total - 1)),
    }
  }, [timeline, index, go, show, filter, coils, arrived, image, takeIn, say, t, change])
}

interface Doing {
  takeIn(): void
  copyLink(): void
  download(): void
}

/** While the picture is zoomed its arrows are the zoom's. */
export function useHistoryKeys(steps: Steps, { takeIn, copyLink, download }: Doing, isFit: boolean): void {
  const { t } = useTranslation('history')
  const { open } = usePlace()
  const bindings = useMemo<Binding[]>(() => {
    const arrow = (key: string) => (isFit ? [key] : [])
    return [
      { keys: [...arrow('ArrowLeft'), ','], label: t('previous'), run: () => steps.by(-1) },
      { keys: [...arrow('ArrowRight'), '.'], label: t('next'), run: () => steps.by(1) },
      { keys: ['Shift+ArrowLeft'], label: t('back10'), run: () => steps.by(-10) },
      { keys: ['Shift+ArrowRight'], label: t('on10'), run: () => steps.by(10) },
      { keys: ['Home'], label: t('oldest'), run: () => steps.first() },
      { keys: ['End'], label: t('newest'), run: () => steps.newest() },
      { keys: ['['], label: t('previousCoil'), run: () => steps.coil(-1) },
      { keys: [']'], label: t('nextCoil'), run: () => steps.coil(1) },
      { keys: ['n'], label: t('takeIn'), run: takeIn },
      { keys: ['c'], label: t('copyLink'), run: copyLink },
      { keys: ['d'], label: t('download'), run: download },
      { keys: ['g'], label: t('toLive'), run: () => open('live', { coil: undefined }) },
    ]
  }, [steps, takeIn, copyLink, download, isFit, t, open])
  useKeys(t('title'), bindings)
}

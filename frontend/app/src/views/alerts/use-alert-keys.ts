/** The keys of the alerts view. */
import type { Alert } from '@coilcast/live-image'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import type { Binding } from '../../keys/keys.ts'
import { useKeys } from '../../keys/use-keys.ts'
import { type Filter, neighbour } from './listing.ts'
import { MUTE_MINUTES } from './sound/banner-sound.tsx'
import { soundMode } from './sound/sound-state.ts'
import { sound } from './sound/use-sound.ts'

interface AlertKeys {
  list: readonly Alert[]
  chosen: number
  filter: Filter
  choose(id: number): void
  setFilter(filter: Filter): void
  /** Asks for the name. */
  acknowledge(id: number): void
  /** Asks for how long, or whether it is to end. */
  silence(id: number): void
}

export function useAlertKeys(now: AlertKeys): void {
  const { t } = useTranslation('alerts')
  const { t: common } = useTranslation()
  const latest = useRef(now)
  useEffect(() => {
    latest.current = now
  })
  const bindings = useMemo<Binding[]>(() => {
    const go = (step: 1 | -1) => {
      const { list, chosen, choose } = latest.current
      const next = neighbour(list, chosen, step)
      if (next !== null) choose(next)
    }
    return [
      { keys: ['ArrowDown'], label: t('keys.next'), run: () => go(1) },
      { keys: ['ArrowUp'], label: t('keys.previous'), run: () => go(-1) },
      {
        keys: ['a'],
        label: t('keys.acknowledge'),
        run() {
          const { list, chosen, acknowledge } = latest.current
          const firing = list.filter(alert => alert.state === 'firing')
          const alert = firing.find(each => each.id === chosen) ?? firing.find(each => each.acknowledged === null)
          if (alert) acknowledge(alert.id)
        },
      },
      {
        keys: ['q'],
        label: t('keys.silence'),
        run() {
          const { list, chosen, silence } = latest.current
          const alert = list.find(each => each.state === 'firing' && (each.id === chosen || Number.isNaN(chosen)))
          if (alert) silence(alert.id)
        },
      },
      {
        keys: ['f'],
        label: t('keys.filter'),
        run: () => latest.current.setFilter(latest.current.filter === 'all' ? 'firing' : 'all'),
      },
      {
        keys: ['s'],
        label: t('keys.sound'),
        run: () => sound.dispatch({ type: ['off', 'blocked'].includes(soundMode(sound.get())) ? 'enable' : 'disable' }),
      },
      { keys: ['p'], label: t('keys.test'), run: () => sound.get().isWanted && sound.dispatch({ type: 'test' }) },
      {
        keys: ['m'],
        label: t('keys.mute'),
        run: () =>
          sound.dispatch(
            sound.get().mutedUntil === null ? { type: 'mute', minutes: MUTE_MINUTES } : { type: 'unmute' },
          ),
      },
    ]
  }, [t])
  useKeys(common('views.alerts'), bindings)
}

/** What the banner says of this screen's sound: how to be quiet while an alert calls, and what keeps sound from being heard. */
import { BellOff, Volume2, VolumeX } from 'lucide-react'
import { useTranslation } from '../../../i18n/translate.ts'
import { serverNow } from '../../../parts/use-now.ts'
import { formatClock } from '../when.ts'
import styles from './banner-sound.module.css'
import { soundMode } from './sound-state.ts'
import { sound, useSound } from './use-sound.ts'

/** So long is quiet after one press. */
export const MUTE_MINUTES = 5

interface BannerSoundProps {
  /** There is an alert that nobody has acknowledged. */
  isCalling: boolean
  timeZone: string | undefined
}

export function BannerSound({ isCalling, timeZone }: BannerSoundProps) {
  const { t } = useTranslation('alerts')
  const state = useSound()
  const mode = soundMode(state)
  // The page's own touch listener lets the sound through as well; this is where it says so.
  if (mode === 'blocked')
    return (
      <button type="button" className={styles.blocked} onClick={() => sound.dispatch({ type: 'enable' })}>
        <VolumeX size={18} aria-hidden="true" />
        {t('sound.unblock')}
      </button>
    )
  if (mode === 'muted' && state.mutedUntil !== null) {
    const time = formatClock(state.mutedUntil, { screen: Date.now(), server: serverNow() }, timeZone)
    return (
      <button
        type="button"
        className={styles.button}
        title={t('sound.unmute')}
        onClick={() => sound.dispatch({ type: 'unmute' })}
      >
        <BellOff size={18} aria-hidden="true" />
        {t('sound.modes.muted', { time })}
        <span className="hidden">: {t('sound.unmute')}</span>
      </button>
    )
  }
  if (mode === 'on' && isCalling)
    return (
      <button
        type="button"
        className={styles.button}
        onClick={() => sound.dispatch({ type: 'mute', minutes: MUTE_MINUTES })}
      >
        <Volume2 size={18} aria-hidden="true" />
        {t('sound.mute', { minutes: MUTE_MINUTES })}
      </button>
    )
  return null
}

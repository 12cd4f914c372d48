/** This screen's sound: whether it can be heard, and all that can be done about it. */
import { useTranslation } from '../../../i18n/translate.ts'
import { type Level, Sign } from '../../../parts/sign.tsx'
import { serverNow } from '../../../parts/use-now.ts'
import { formatClock } from '../when.ts'
import { MUTE_MINUTES } from './banner-sound.tsx'
import styles from './sound-panel.module.css'
import { type SoundMode, soundMode } from './sound-state.ts'
import { sound, useSound } from './use-sound.ts'

const MUTES = [MUTE_MINUTES, 15, 60]
const LEVELS: Record<SoundMode, Level> = { off: 'idle', on: 'ok', muted: 'warn', blocked: 'bad', missing: 'bad' }

export function SoundPanel({ timeZone }: { timeZone: string | undefined }) {
  const { t } = useTranslation('alerts')
  const state = useSound()
  const mode = soundMode(state)
  const isHeard = mode === 'on' || mode === 'muted'
  const until =
    state.mutedUntil === null
      ? ''
      : formatClock(state.mutedUntil, { screen: Date.now(), server: serverNow() }, timeZone)
  return (
    <section className={styles.panel} aria-labelledby="sound-title">
      <h3 id="sound-title" className={styles.title}>
        {t('sound.title')}
      </h3>
      <p className={styles.state} data-mode={mode} aria-live="polite">
        <Sign level={LEVELS[mode]} />
        {t(`sound.modes.${mode}`, { time: until })}
      </p>
      {mode === 'blocked' && <p>{t('sound.blockedText')}</p>}
      <div className={styles.buttons}>
        {/* One button, so that the focus stays on it when it has done its work. */}
        {mode !== 'missing' && (
          <button
            type="button"
            className={isHeard ? undefined : styles.strong}
            onClick={() => sound.dispatch({ type: isHeard ? 'disable' : 'enable' })}
          >
            {t(isHeard ? 'sound.disable' : mode === 'off' ? 'sound.enable' : 'sound.unblock')}
          </button>
        )}
        {isHeard && (
          <button type="button" onClick={() => sound.dispatch({ type: 'test' })}>
            {t('sound.test')}
          </button>
        )}
        {mode === 'on' &&
          MUTES.map(minutes => (
            <button key={minutes} type="button" onClick={() => sound.dispatch({ type: 'mute', minutes })}>
              {t('sound.mute', { minutes })}
            </button>
          ))}
        {mode === 'muted' && (
          <button type="button" className={styles.strong} onClick={() => sound.dispatch({ type: 'unmute' })}>
            {t('sound.unmute')}
          </button>
        )}
        {mode === 'blocked' && (
          <button type="button" onClick={() => sound.dispatch({ type: 'disable' })}>
            {t('sound.disable')}
          </button>
        )}
      </div>
      <p className={styles.scope}>{t('sound.scope')}</p>
    </section>
  )
}

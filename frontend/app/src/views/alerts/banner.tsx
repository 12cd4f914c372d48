/** Alerts that fire now, on every view; and whatever keeps one from being seen or heard. */
import type { ApiError, LiveImageState } from '@coilcast/live-image'
import { useAlerts, useLiveImage } from '@coilcast/live-image/react'
import { useEffect, useMemo } from 'react'
import { linkFilter } from '../../data/live-filter.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { Sign } from '../../parts/sign.tsx'
import { serverNow } from '../../parts/use-now.ts'
import { inView } from '../../place/place.ts'
import { PlaceLink } from '../../place/place-link.tsx'
import { usePlace } from '../../place/use-place.ts'
import { isLost } from '../../shell/lost.ts'
import { Announcer } from './announcer.tsx'
import styles from './banner.module.css'
import { Lasting } from './lasting.tsx'
import { rank } from './ranking.ts'
import { LEVELS } from './severity.ts'
import { BannerSound } from './sound/banner-sound.tsx'
import { callsOf } from './sound/sound-state.ts'
import { sound } from './sound/use-sound.ts'
import { formatWhen } from './when.ts'

const SILENCE_LOOK_MS = 5000

export function AlertBanner() {
  const { t } = useTranslation('alerts')
  const { place } = usePlace()
  const { language } = useLook()
  const filter = useMemo(() => linkFilter(place), [place])
  const live = useLiveImage(filter)
  const { firing, error } = useAlerts()
  useEffect(() => sound.start(), [])
  useEffect(() => {
    const call = () => sound.calls(callsOf(firing, serverNow()))
    call()
    if (firing.every(alert => alert.silenced_until === null)) return
    // The server's silence ends without a word.
    const timer = window.setInterval(call, SILENCE_LOOK_MS)
    return () => window.clearInterval(timer)
  }, [firing])

  const timeZone = live.config?.timezone
  const ranking = useMemo(() => rank(firing), [firing])
  const doubt = doubtOf(live, error)
  return (
    <section className={styles.banner} aria-label={t('banner.label')}>
      <Announcer firing={firing} />
      {ranking !== null && (
        <div
          className={styles.strip}
          data-severity={ranking.worst.severity}
          data-quiet={ranking.calling === 0 || undefined}
        >
          <Sign level={LEVELS[ranking.worst.severity]} size="1.6em" />
          <strong className={styles.severity}>
            {t(ranking.worst.acknowledged === null ? `severity.${ranking.worst.severity}` : 'banner.quiet')}
          </strong>
          <PlaceLink className={styles.summary} to={inView(place, 'alerts', { alert: ranking.worst.id })}>
            {ranking.worst.summary[language]}
          </PlaceLink>
          <span className={styles.since}>
            {t('since', {
              time: formatWhen(ranking.worst.started_at, serverNow(), language, timeZone),
            })}
            {' · '}
            <Lasting since={ranking.worst.started_at} />
          </span>
          {ranking.others > 0 && (
            <PlaceLink className={styles.others} to={inView(place, 'alerts')}>
              {t('banner.others', { count: ranking.others })}
            </PlaceLink>
          )}
          <BannerSound isCalling={ranking.calling > 0} timeZone={timeZone} />
        </div>
      )}
      {doubt !== null && (
        <p className={styles.doubt}>
          <Sign level="warn" />
          {t(`banner.${doubt}`)}
        </p>
      )}
      {ranking === null && (
        <div className={styles.alone}>
          <BannerSound isCalling={false} timeZone={timeZone} />
        </div>
      )}
    </section>
  )
}

/** Why an alert may be missing, if one may. */
function doubtOf(link: Pick<LiveImageState, 'connectionType' | 'failures'>, error: ApiError | null) {
  if (isLost(link)) return 'lost'
  // A gateway is being replaced, perhaps; and an older server has no alerts, so that none are missing.
  if (error === null || link.connectionType === 'disconnected' || error.status === 404) return null
  return error.status === 0 ? 'lost' : 'unread'
}

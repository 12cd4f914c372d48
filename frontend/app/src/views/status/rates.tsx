/** How many images come each minute, by camera and kind, and how old the last one is. */
import { arrivedAt, type KindStatus, type SystemStatus } from '@coilcast/live-image'
import { useCallback, useMemo } from 'react'
import uPlot from 'uplot'
import { formatAge, formatTime } from '../../format.ts'
import { cameraName, kindName, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { useNow } from '../../parts/use-now.ts'
import { inView } from '../../place/place.ts'
import { PlaceLink } from '../../place/place-link.tsx'
import { usePlace } from '../../place/use-place.ts'
import { Chart } from './chart.tsx'
import { rateOptions } from './chart-options.ts'
import { perMinute } from './figures.ts'
import styles from './latency.module.css'
import { rateSeries } from './series.ts'
import card from './status.module.css'

const BARS = uPlot.paths.bars?.({ size: [0.8, 40], align: 1 }) ?? (() => null)

export function Rates({ status, timeZone }: { status: SystemStatus; timeZone: string | undefined }) {
  const { t } = useTranslation('status')
  return (
    <section className={card.card} aria-labelledby="rates">
      <h3 id="rates" className={card.title}>
        {t('rates.title')}
      </h3>
      {status.images.length === 0 && <p className={card.minor}>{t('rates.none')}</p>}
      <div className={styles.stages}>
        {status.images.map(kind => (
          <Rate key={`${kind.camera}/${kind.type}`} kind={kind} status={status} timeZone={timeZone} />
        ))}
      </div>
    </section>
  )
}

interface RateProps {
  kind: KindStatus
  status: SystemStatus
  timeZone: string | undefined
}

function Rate({ kind, status, timeZone }: RateProps) {
  const { t } = useTranslation('status')
  const { t: common } = useTranslation()
  const { place } = usePlace()
  const { language } = useLook()
  const { from, to } = status.latency
  const time = useCallback((at: number) => formatTime(at, language, timeZone).time.slice(0, 5), [language, timeZone])
  const options = useMemo(() => rateOptions(time, BARS), [time])
  const data = useMemo(() => rateSeries(kind.minutes, { from, to }), [kind.minutes, from, to])
  const read = useCallback(
    (index: number) => {
      const [minutes, counts] = data
      const at = minutes[index]
      return at === undefined ? '' : `${time(at)}  ${t('rates.count', { n: counts[index] ?? 0 })}`
    },
    [data, time, t],
  )
  const { running, whole } = perMinute(kind, status.at)
  const total = kind.minutes.reduce((sum, [, count]) => sum + count, 0)
  const name = `${cameraName(common, kind.camera)} · ${kindName(common, kind.type)}`
  return (
    <figure className={styles.stage} aria-label={name} data-testid={`${kind.camera}/${kind.type}`}>
      <figcaption>
        <h4 className={styles.name}>
          <PlaceLink to={inView(place, 'live', { camera: kind.camera, type: kind.type })}>
            <bdi>{name}</bdi>
          </PlaceLink>
        </h4>
        <p className={styles.percentiles}>
          <span>
            <strong data-testid="whole">{whole.toLocaleString(language)}</strong> <small>{t('rates.whole')}</small>
          </span>
          <span>
            <strong data-testid="running">{running.toLocaleString(language)}</strong>{' '}
            <small>{t('rates.running')}</small>
          </span>
        </p>
        <p className={card.minor}>
          {t('rates.hour', { n: total.toLocaleString(language) })} · <Last at={kind.last && arrivedAt(kind.last)} />
        </p>
      </figcaption>
      <Chart data={data} options={options} timeZone={timeZone} height="low" read={read} />
    </figure>
  )
}

function Last({ at }: { at: number | null }) {
  const { t } = useTranslation('status')
  const { t: common } = useTranslation()
  const now = useNow()
  if (at === null) return <>{t('rates.never')}</>
  return <>{t('rates.last', { age: formatAge(Math.max(0, Math.floor((now - at) / 1000)), common) })}</>
}

/** How long images took from each stage of their way to the next, over the last hour. */
import type { LatencyStage, StageLatency, SystemStatus } from '@coilcast/live-image'
import { useCallback, useMemo } from 'react'
import { formatTime } from '../../format.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { Chart } from './chart.tsx'
import { latencyOptions, type Scale } from './chart-options.ts'
import { formatMs } from './figures.ts'
import styles from './latency.module.css'
import { type Hour, latencySeries, slowest } from './series.ts'
import card from './status.module.css'

/** In the order of the way, and last the whole of what the server answers for. */
const STAGES: readonly LatencyStage[] = [
  'captured_written',
  'written_seen',
  'seen_pushed',
  'pushed_painted',
  'written_painted',
]

interface LatencyProps {
  status: SystemStatus
  scale: Scale
  timeZone: string | undefined
  onScale(scale: Scale): void
}

export function Latency({ status, scale, timeZone, onScale }: LatencyProps) {
  const { t } = useTranslation('status')
  const { language } = useLook()
  const { stages, images, from, to } = status.latency
  const other = scale === 'log' ? 'linear' : 'log'
  return (
    <section className={card.card} aria-labelledby="latency">
      <div className={styles.head}>
        <h3 id="latency" className={card.title}>
          {t('latency.title')}
        </h3>
        <p className={card.minor}>
          {images === 0 ? t('latency.none') : t('latency.images', { images: images.toLocaleString(language) })}
        </p>
        {images > 0 && (
          <button type="button" className="button" title={`${t(`scales.${other}`)} (G)`} onClick={() => onScale(other)}>
            {t(`scales.${other}`)}
          </button>
        )}
      </div>
      {images > 0 && (
        <div className={styles.stages}>
          {STAGES.map(name => (
            <Stage key={name} name={name} stage={stages[name]} from={from} to={to} scale={scale} timeZone={timeZone} />
          ))}
        </div>
      )}
    </section>
  )
}

interface StageProps extends Hour {
  name: LatencyStage
  stage: StageLatency
  scale: Scale
  timeZone: string | undefined
}

function Stage({ name, stage, from, to, scale, timeZone }: StageProps) {
  const { t } = useTranslation('status')
  const { language } = useLook()
  const time = useCallback((at: number) => formatTime(at, language, timeZone).time.slice(0, 5), [language, timeZone])
  const options = useMemo(() => latencyOptions(scale, time), [scale, time])
  const data = useMemo(() => latencySeries(stage, { from, to }), [stage, from, to])
  const read = useCallback(
    (index: number) => {
      const [minutes, p50s, p95s] = data
      const [at, p50, p95] = [minutes[index], p50s[index], p95s[index]]
      if (at === undefined) return ''
      const known = p50 == null || p95 == null ? t('latency.empty') : `p50 ${formatMs(p50)} · p95 ${formatMs(p95)}`
      return `${time(at)}  ${known}`
    },
    [data, time, t],
  )
  const peak = slowest(stage)
  return (
    <figure className={styles.stage} aria-label={t(`stages.${name}`)} data-testid={name}>
      <figcaption>
        <h4 className={styles.name}>{t(`stages.${name}`)}</h4>
        {stage.count === 0 || stage.p50_ms === null || stage.p95_ms === null ? (
          <p className={styles.missing}>{t(`latency.missing.${name}`)}</p>
        ) : (
          <>
            <p className={styles.percentiles}>
              <span data-line="p50">
                <small>p50</small> <strong>{formatMs(stage.p50_ms)}</strong>
              </span>
              <span data-line="p95">
                <small>p95</small> <strong>{formatMs(stage.p95_ms)}</strong>
              </span>
            </p>
            {peak && (
              <p className={card.minor}>{t('latency.peak', { time: time(peak.at), latency: formatMs(peak.ms) })}</p>
            )}
          </>
        )}
      </figcaption>
      {stage.minutes.length > 0 && (
        <Chart data={data} options={options} timeZone={timeZone} height="high" read={read} />
      )}
    </figure>
  )
}

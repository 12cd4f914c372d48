/** How the images of each camera and kind come, why they do not, and whether the line runs. */
import type { Alert, FlowStatus, LineStatus, SystemStatus } from '@coilcast/live-image'
import { useAlerts } from '@coilcast/live-image/react'
import { cameraName, kindName, sayOr, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { Sign } from '../../parts/sign.tsx'
import { Lasting } from '../alerts/lasting.tsx'
import { formatWhen } from '../alerts/when.ts'
import { alertOf, flowLevel } from './figures.ts'
import styles from './flows.module.css'
import card from './status.module.css'

interface FlowsProps {
  status: SystemStatus
  timeZone: string | undefined
}

export function Flows({ status, timeZone }: FlowsProps) {
  const { t } = useTranslation('status')
  const { language } = useLook()
  const { firing } = useAlerts()
  const when = (atMs: number) => formatWhen(atMs, status.at, language, timeZone)
  // An older server does not say.
  if (status.flows.length + status.lines.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="flows">
      <div className={styles.head}>
        <h3 id="flows" className={card.title}>
          {t('flows.title')}
        </h3>
        {status.lines.map(line => (
          <Line key={line.camera} line={line} when={when} />
        ))}
      </div>
      <ul className={styles.flows}>
        {status.flows.map(flow => (
          <Flow key={`${flow.camera}/${flow.type}`} flow={flow} alert={alertOf(flow, firing)} when={when} />
        ))}
      </ul>
    </section>
  )
}

function Flow({ flow, alert, when }: { flow: FlowStatus; alert: Alert | undefined; when(atMs: number): string }) {
  const { t } = useTranslation('status')
  const { t: common } = useTranslation()
  const { t: alerts } = useTranslation('alerts')
  const { language } = useLook()
  const level = flowLevel(flow)
  const { state, since, reason, last_image_at } = flow
  return (
    <li className={styles.flow} data-level={level} data-testid={`flow ${flow.camera}/${flow.type}`}>
      <Sign level={level} size="1.5em" />
      <div>
        <h4 className={styles.name}>
          <bdi>
            {cameraName(common, flow.camera)} · {kindName(common, flow.type)}
          </bdi>
          <strong>{sayOr(t, `flows.${state}`, state)}</strong>
        </h4>
        {reason !== null && (
          <p className={styles.reason}>{alert?.summary[language] ?? sayOr(alerts, `names.${reason}`, reason)}</p>
        )}
        <p className={card.minor}>
          {alerts('since', { time: when(since) })} (<Lasting since={since} />) ·{' '}
          {last_image_at === null ? t('rates.never') : t('flows.last', { time: when(last_image_at) })}
        </p>
      </div>
    </li>
  )
}

function Line({ line, when }: { line: LineStatus; when(atMs: number): string }) {
  const { t } = useTranslation('status')
  const { t: common } = useTranslation()
  const { t: alerts } = useTranslation('alerts')
  const { camera, state, since, by } = line
  return (
    <p className={styles.line}>
      <Sign level={state === 'running' ? 'ok' : 'idle'} />
      <span>
        {t('line.title')}
        {camera === null ? '' : ` (${cameraName(common, camera)})`} <strong>{sayOr(t, `line.${state}`, state)}</strong>{' '}
        <small className={card.minor}>
          {alerts('since', { time: when(since) })} · <bdi>{sayOr(t, `line.by.${by}`, by)}</bdi>
        </small>
      </span>
    </p>
  )
}

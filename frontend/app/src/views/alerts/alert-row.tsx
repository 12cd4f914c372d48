/** One alert: what it is, since when, what to do, and who has taken notice. */
import type { Alert } from '@coilcast/live-image'
import { memo, useEffect, useRef } from 'react'
import { formatAge } from '../../format.ts'
import { cameraName, kindName, sayOr, useTranslation } from '../../i18n/translate.ts'
import type { Language } from '../../look/look.ts'
import { Sign } from '../../parts/sign.tsx'
import { serverNow } from '../../parts/use-now.ts'
import { withParams } from '../../place/place.ts'
import { PlaceLink } from '../../place/place-link.tsx'
import { usePlace } from '../../place/use-place.ts'
import { type Attempt, failureOf } from './acknowledging.ts'
import styles from './alert-row.module.css'
import { Lasting } from './lasting.tsx'
import { LEVELS } from './severity.ts'
import { formatWhen } from './when.ts'

interface AlertRowProps {
  alert: Alert
  attempt: Attempt | undefined
  isChosen: boolean
  language: Language
  timeZone: string | undefined
  onAcknowledge(id: number): void
  onSilence(id: number): void
}

export const AlertRow = memo(function AlertRow(props: AlertRowProps) {
  const { alert, isChosen, language, timeZone } = props
  const { t } = useTranslation('alerts')
  const { place } = usePlace()
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  const isFiring = alert.state === 'firing'
  const when = (atMs: number) => formatWhen(atMs, serverNow(), language, timeZone)
  return (
    <li
      ref={row}
      className={styles.row}
      data-severity={alert.severity}
      data-state={alert.state}
      data-open={(isFiring && alert.acknowledged === null) || undefined}
      data-chosen={isChosen || undefined}
    >
      <div className={styles.severity}>
        <Sign level={isFiring ? LEVELS[alert.severity] : 'idle'} size="1.5em" />
        <span>
          <strong>{t(`severity.${alert.severity}`)}</strong>
          <br />
          <span className={styles.state}>{t(`state.${alert.state}`)}</span>
        </span>
      </div>
      <div className={styles.what}>
        <About alert={alert} />
        <h3 className={styles.summary}>
          <PlaceLink
            to={withParams(place, { alert: isChosen ? undefined : alert.id })}
            aria-expanded={isChosen}
            aria-current={isChosen || undefined}
          >
            {alert.summary[language]}
          </PlaceLink>
        </h3>
        {(isFiring || isChosen) && alert.advice[language] !== '' && (
          <p className={styles.advice}>
            <span className={styles.label}>{t('advice')}</span> {/* Every other piece is a command. */}
            {alert.advice[language]
              .split('`')
              .map((piece, index) => (index % 2 ? <code key={piece}>{piece}</code> : piece))}
          </p>
        )}
      </div>
      <p className={styles.when}>
        {t('since', { time: when(alert.started_at) })}
        <span className={styles.lasting}>
          {alert.resolved_at === null ? (
            <Lasting since={alert.started_at} />
          ) : (
            <Past
              alert={alert}
              at={formatWhen(alert.resolved_at, alert.started_at, language, timeZone)}
              resolvedAt={alert.resolved_at}
            />
          )}
        </span>
      </p>
      <Notice {...props} when={when} />
      {isChosen && <Details alert={alert} when={when} />}
    </li>
  )
})

/** What kind of alert it is, and about what. */
function About({ alert }: { alert: Alert }) {
  const { t } = useTranslation('alerts')
  const { t: common } = useTranslation()
  const { name, camera, type, service } = alert
  const about = [camera && cameraName(common, camera), type && kindName(common, type), service]
  return (
    <p className={styles.minor}>
      <bdi>{[sayOr(t, `names.${name}`, name), ...about.filter(Boolean)].join(' · ')}</bdi>
    </p>
  )
}

function Past({ alert, at, resolvedAt }: { alert: Alert; at: string; resolvedAt: number }) {
  const { t } = useTranslation('alerts')
  const { t: common } = useTranslation()
  const age = formatAge(Math.round((resolvedAt - alert.started_at) / 1000), common)
  return (
    <>
      {t('resolvedAt', { time: at })} · {t('lasted', { age })}
    </>
  )
}

/** Who has taken notice, or is about to, or how to. */
function Notice({ alert, attempt, onAcknowledge, onSilence, when }: AlertRowProps & { when(atMs: number): string }) {
  const { t } = useTranslation('alerts')
  const { acknowledged, silenced_until } = alert
  const isFiring = alert.state === 'firing'
  const isSilenced = isFiring && (silenced_until ?? 0) > serverNow()
  const failure = attempt?.error ? failureOf(attempt.error) : null
  const isSending = attempt !== undefined && failure === null
  return (
    <div className={styles.notice}>
      {isSending ? (
        <p className={styles.sending} aria-live="polite">
          <Sign level="busy" /> {t('acknowledged.sending', { name: attempt.by })}
        </p>
      ) : acknowledged !== null ? (
        <p className={styles.acknowledged}>
          <Sign level="ok" />
          <span>
            <bdi>{t('acknowledged.by', { name: acknowledged.by })}</bdi>
            <br />
            <span className={styles.minor}>{when(acknowledged.at)}</span>
            {acknowledged.note && (
              <>
                <br />
                <span className="hidden">{t('acknowledged.note')}: </span>
                <bdi className={styles.note}>{acknowledged.note}</bdi>
              </>
            )}
          </span>
        </p>
      ) : (
        <p className={styles.minor}>{t('acknowledged.none')}</p>
      )}
      {failure !== null && attempt?.error && (
        <p className={styles.failure} role="alert">
          {t(`acknowledge.failed.${failure.key}`, { detail: attempt.error.message })}
        </p>
      )}
      {isSilenced && (
        <p className={styles.silenced}>
          <Sign level="idle" /> {t('silenced', { time: when(silenced_until ?? 0) })}
        </p>
      )}
      {isFiring && !isSending && (
        <div className={styles.deeds}>
          <button
            type="button"
            className={acknowledged === null ? styles.acknowledge : styles.again}
            onClick={() => onAcknowledge(alert.id)}
          >
            {failure?.canRetry
              ? t('acknowledge.retry')
              : t(acknowledged === null ? 'acknowledge.button' : 'acknowledge.again')}
            <span className="hidden">: {alert.id}</span>
          </button>
          <button type="button" className={styles.again} onClick={() => onSilence(alert.id)}>
            {t(isSilenced ? 'silence.end' : 'silence.button')}
            <span className="hidden">: {alert.id}</span>
          </button>
        </div>
      )}
    </div>
  )
}

function Details({ alert, when }: { alert: Alert; when(atMs: number): string }) {
  const { t } = useTranslation('alerts')
  const { t: common } = useTranslation()
  const facts: [string, string | null][] = [
    [t('what.camera'), alert.camera && cameraName(common, alert.camera)],
    [t('what.type'), alert.type && kindName(common, alert.type)],
    [t('what.service'), alert.service],
    [t('what.reason'), alert.reason],
    [t('details.started'), when(alert.started_at)],
    [t('details.changed'), when(alert.changed_at)],
    [t('details.resolved'), alert.resolved_at === null ? null : when(alert.resolved_at)],
    [t('what.id'), String(alert.id)],
  ]
  return (
    <dl className={styles.details}>
      {facts.map(([label, value]) =>
        value === null || value === '' ? null : (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ),
      )}
    </dl>
  )
}

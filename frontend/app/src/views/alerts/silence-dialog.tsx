/** Nobody is told of an alert for a time, as during maintenance; or is told again. */
import { type Alert, ApiError, isSilenced, type Silence } from '@coilcast/live-image'
import { useEffect, useState } from 'react'
import { api } from '../../data/api.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { failureOf, type Signature } from './acknowledging.ts'
import styles from './sign-dialog.module.css'
import { SignDialog } from './sign-dialog.tsx'

const HOURS = [0.5, 2, 8, 24, 168]
const FIRST = 2

interface SilenceDialogProps {
  alert: Alert
  /** Then it is asked whether that is to end. */
  isSilenced: boolean
  when(atMs: number): string
  /** The server knows something new. */
  onDone(): void
  onClose(): void
}

export function SilenceDialog({ alert, when, onDone, onClose, ...at }: SilenceDialogProps) {
  const { t } = useTranslation('alerts')
  const { language } = useLook()
  // As it was when somebody asked: the server tells of a silence sooner than it answers who made it.
  const [isEnding] = useState(at.isSilenced)
  const [hours, setHours] = useState(FIRST)
  const { lasting, isUnknown } = useLasting(alert, isEnding)
  const { isBusy, failure, run } = useRunning()
  const why = isUnknown ? { key: 'unreachable' as const, detail: '' } : failure

  const begin = ({ by, note }: Signature) => {
    const { name, camera, type, service } = alert
    return api.silence({ name, camera, type, service, for_s: hours * 3600, by, note })
  }
  const end = async ({ by }: Signature) => {
    for (const { id } of lasting) await api.endSilence(id, by).catch(unlessOver)
  }
  const send = (signature: Signature) => {
    void run(async () => {
      await (isEnding ? end(signature) : begin(signature))
      onDone()
      onClose()
    })
    return false
  }
  return (
    <SignDialog
      alert={alert}
      title={t(isEnding ? 'silence.endTitle' : 'silence.title')}
      explain={t(isEnding ? 'silence.endExplain' : 'silence.explain')}
      sendLabel={t(isEnding ? 'silence.end' : 'silence.button')}
      withNote={!isEnding}
      isBusy={isBusy || (isEnding && lasting.length === 0)}
      failure={why && t(`acknowledge.failed.${why.key}`, { detail: why.detail })}
      onSend={send}
      onClose={onClose}
    >
      {isEnding ? (
        <ul className={styles.silences}>
          {lasting.map(one => (
            <li key={one.id}>
              <bdi>{one.by}</bdi>: {t('silenced', { time: when(one.until) })}
              {one.note && (
                <>
                  {' · '}
                  <bdi>{one.note}</bdi>
                </>
              )}
              {isBroader(one, alert) && ` · ${t('silence.others')}`}
            </li>
          ))}
        </ul>
      ) : (
        <label className={styles.field}>
          <span>{t('silence.for')}</span>
          <select value={hours} onChange={event => setHours(Number(event.target.value))}>
            {HOURS.map(each => (
              <option key={each} value={each}>
                {spoken(each, language)}
              </option>
            ))}
          </select>
        </label>
      )}
    </SignDialog>
  )
}

/** The silences that the alert is under, once the server has told them. */
function useLasting(alert: Alert, isWanted: boolean) {
  const [lasting, setLasting] = useState<readonly Silence[]>([])
  const [isUnknown, setUnknown] = useState(false)
  useEffect(() => {
    if (!isWanted) return
    const stop = new AbortController()
    api.silences('lasting', stop.signal).then(
      all => setLasting(all.filter(each => isSilenced(alert, each))),
      () => setUnknown(!stop.signal.aborted),
    )
    return () => stop.abort()
  }, [alert, isWanted])
  return { lasting, isUnknown }
}

function useRunning() {
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<{ key: ReturnType<typeof failureOf>['key']; detail: string } | null>(null)
  const run = async (deed: () => Promise<void>) => {
    setBusy(true)
    setFailure(null)
    try {
      await deed()
    } catch (reason) {
      const error = reason instanceof ApiError ? reason : new ApiError(0, String(reason), '')
      const { key } = failureOf(error)
      // What the sentences about an alert say of these is not so here.
      setFailure({ key: key === 'over' || key === 'unknown' ? 'other' : key, detail: error.message })
      setBusy(false)
    }
  }
  return { isBusy, failure, run }
}

/** Somebody else was quicker, or its time has come. */
function unlessOver(error: unknown): void {
  if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error
}

function isBroader(silence: Silence, alert: Alert): boolean {
  return (['name', 'camera', 'type', 'service'] as const).some(part => silence[part] === null && alert[part] !== null)
}

function spoken(hours: number, language: string): string {
  const [count, unit] = hours < 1 ? [hours * 60, 'minute'] : hours > 48 ? [hours / 24, 'day'] : [hours, 'hour']
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
}

/** What somebody says by name about an alert. The name is remembered on this screen. */
import type { Alert } from '@coilcast/live-image'
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { keep, readKept } from '../../data/kept.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { Sign } from '../../parts/sign.tsx'
import type { Signature } from './acknowledging.ts'
import { LEVELS } from './severity.ts'
import styles from './sign-dialog.module.css'

const OPERATOR = 'operator'
const LONGEST_NAME = 100
const LONGEST_NOTE = 1000

interface SignDialogProps {
  alert: Alert
  title: string
  explain: string
  sendLabel: string
  /** What was tried or said before. */
  before?: Signature | null
  withNote?: boolean
  isBusy?: boolean
  /** Why it could not be done. */
  failure?: string | null
  /** What else is asked or told, above the name. */
  children?: ReactNode
  /** Closes the dialog unless it returns false. */
  onSend(signature: Signature): unknown
  onClose(): void
}

export function SignDialog(props: SignDialogProps) {
  const { alert, title, explain, sendLabel, before, withNote = true, isBusy = false, failure, children } = props
  const { t } = useTranslation('alerts')
  const { language } = useLook()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const [by, setBy] = useState(before?.by ?? readKept(OPERATOR) ?? '')
  const [note, setNote] = useState(before?.note ?? '')
  useEffect(() => dialog.current?.showModal(), [])

  const send = (event: FormEvent) => {
    event.preventDefault()
    const name = by.trim()
    if (name === '' || isBusy) return
    keep(OPERATOR, name)
    if (props.onSend({ by: name, note: note.trim() }) !== false) props.onClose()
  }
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={`${id}title`} onClose={props.onClose}>
      <form className={styles.form} onSubmit={send}>
        <h2 id={`${id}title`}>{title}</h2>
        <p className={styles.alert}>
          <Sign level={LEVELS[alert.severity]} />
          <span className="hidden">{t(`severity.${alert.severity}`)}: </span>
          {alert.summary[language]}
        </p>
        <p className={styles.hint}>{explain}</p>
        {children}
        <label className={styles.field}>
          <span>
            {t('acknowledge.name')} <small>{t('acknowledge.nameHint')}</small>
          </span>
          <input
            value={by}
            onChange={event => setBy(event.target.value)}
            maxLength={LONGEST_NAME}
            autoComplete="name"
            required
            autoFocus
          />
        </label>
        {withNote && (
          <label className={styles.field}>
            <span>{t('acknowledge.note')}</span>
            <textarea value={note} onChange={event => setNote(event.target.value)} maxLength={LONGEST_NOTE} rows={3} />
          </label>
        )}
        {failure && (
          <p className={styles.failure} role="alert">
            {failure}
          </p>
        )}
        <div className={styles.buttons}>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {t('acknowledge.cancel')}
          </button>
          <button type="submit" className={styles.send} disabled={by.trim() === '' || isBusy}>
            {sendLabel}
          </button>
        </div>
      </form>
    </dialog>
  )
}

/** Who takes notice of an alert, and what they have to say about it. */
import type { Alert } from '@coilcast/live-image'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { keep, readKept } from '../../data/kept.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { Sign } from '../../parts/sign.tsx'
import styles from './acknowledge-dialog.module.css'
import type { Signature } from './acknowledging.ts'
import { LEVELS } from './severity.ts'

const OPERATOR = 'operator'
const LONGEST_NAME = 100
const LONGEST_NOTE = 1000

interface AcknowledgeDialogProps {
  alert: Alert
  /** What was tried or said before. */
  before: Signature | null
  onSend(signature: Signature): void
  onClose(): void
}

export function AcknowledgeDialog({ alert, before, onSend, onClose }: AcknowledgeDialogProps) {
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
    if (name === '') return
    keep(OPERATOR, name)
    onSend({ by: name, note: note.trim() })
    onClose()
  }
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={`${id}title`} onClose={onClose}>
      <form className={styles.form} onSubmit={send}>
        <h2 id={`${id}title`}>{t('acknowledge.title')}</h2>
        <p className={styles.alert}>
          <Sign level={LEVELS[alert.severity]} />
          <span className="hidden">{t(`severity.${alert.severity}`)}: </span>
          {alert.summary[language]}
        </p>
        <p className={styles.hint}>{t('acknowledge.explain')}</p>
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
        <label className={styles.field}>
          <span>{t('acknowledge.note')}</span>
          <textarea value={note} onChange={event => setNote(event.target.value)} maxLength={LONGEST_NOTE} rows={3} />
        </label>
        <div className={styles.buttons}>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {t('acknowledge.cancel')}
          </button>
          <button type="submit" className={styles.send} disabled={by.trim() === ''}>
            {t('acknowledge.send')}
          </button>
        </div>
      </form>
    </dialog>
  )
}

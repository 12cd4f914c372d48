/** The list of all keys that do something now. */
import { useEffect, useRef } from 'react'
import { useTranslation } from '../i18n/translate.ts'
import styles from './help.module.css'
import { useKeyGroups } from './use-keys.ts'

export function KeyHelp({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const groups = useKeyGroups()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="keys-title" onClose={onClose}>
      <form method="dialog" className={styles.head}>
        <h2 id="keys-title">{t('keys.title')}</h2>
        <button type="submit" className="button">
          {t('close')}
        </button>
      </form>
      <div className={styles.groups}>
        {groups.map(({ title, bindings }) => (
          <section key={title}>
            <h3 className={styles.group}>{title}</h3>
            <dl className={styles.list}>
              {bindings.map(({ keys, label }) => (
                <div key={label} className={styles.entry}>
                  <dt>
                    {keys.map(key => (
                      <kbd key={key} className={styles.key}>
                        {SIGNS[key] ?? key.replace('Shift+', '⇧ ')}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  )
}

const SIGNS: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  'Shift+ArrowLeft': '⇧ ←',
  'Shift+ArrowRight': '⇧ →',
  ' ': '␣',
  Escape: 'Esc',
}

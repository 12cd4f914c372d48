import { memo } from 'react'
import { kindName, useTranslation } from '../i18n/translate.ts'
import styles from './kind-switch.module.css'

interface KindSwitchProps {
  kinds: readonly string[]
  value: string
  onChange(kind: string): void
}

/** Radio buttons that look like one switch: arrow keys and screen readers know them already. */
export const KindSwitch = memo(function KindSwitch({ kinds, value, onChange }: KindSwitchProps) {
  const { t } = useTranslation()
  return (
    <fieldset className={styles.switch}>
      <legend className="hidden">{t('kindSwitch')}</legend>
      {kinds.map(kind => (
        <label key={kind} className={styles.kind}>
          <input
            className="hidden"
            type="radio"
            name="kind"
            value={kind}
            checked={kind === value}
            onChange={() => onChange(kind)}
          />
          <span className={styles.name}>{kindName(t, kind)}</span>
        </label>
      ))}
    </fieldset>
  )
})

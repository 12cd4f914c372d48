import { memo } from 'react'
import type { Wording } from '../wording.ts'
import styles from './kind-switch.module.css'

interface KindSwitchProps {
  kinds: readonly string[]
  value: string
  wording: Wording
  onChange(kind: string): void
}

/** Radio buttons that look like one switch: arrow keys and screen readers know them already. */
export const KindSwitch = memo(function KindSwitch({ kinds, value, wording, onChange }: KindSwitchProps) {
  return (
    <fieldset className={styles.switch}>
      <legend className="hidden">{wording.kindSwitch}</legend>
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
          <span className={styles.name}>{wording.kinds[kind] ?? kind}</span>
        </label>
      ))}
    </fieldset>
  )
})

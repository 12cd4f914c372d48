import { useTranslation } from '../../i18n/translate.ts'
import styles from '../../parts/kind-switch.module.css'
import { FILTERS, type Filter } from './listing.ts'

interface FilterSwitchProps {
  value: Filter
  onChange(filter: Filter): void
}

/** Which alerts to list. */
export function FilterSwitch({ value, onChange }: FilterSwitchProps) {
  const { t } = useTranslation('alerts')
  return (
    <fieldset className={styles.switch}>
      <legend className="hidden">{t('filter.label')}</legend>
      {FILTERS.map(filter => (
        <label key={filter} className={styles.kind}>
          <input
            className="hidden"
            type="radio"
            name="filter"
            checked={filter === value}
            onChange={() => onChange(filter)}
          />
          <span className={styles.name}>{t(`filter.${filter}`)}</span>
        </label>
      ))}
    </fieldset>
  )
}

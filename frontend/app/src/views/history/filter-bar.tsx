/** By which camera, kind, coil and time images are looked for. All of it stands in the address. */
import type { Coil } from '@coilcast/live-image'
import { type KeyboardEvent, memo, useId, useState } from 'react'
import { formatTime } from '../../format.ts'
import { cameraName, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { KindSwitch } from '../../parts/kind-switch.tsx'
import type { Params } from '../../place/place.ts'
import { type HistoryFilter, RANGES, rangeParams } from './filter.ts'
import styles from './filter-bar.module.css'
import { fromWall, toWall } from './zoned.ts'

interface FilterBarProps {
  filter: HistoryFilter
  kinds: readonly string[]
  cameras: readonly string[]
  coils: readonly Coil[]
  timeZone: string | undefined
  onKind(kind: string): void
  onChange(changes: Params): void
}

export const FilterBar = memo(function FilterBar(props: FilterBarProps) {
  const { filter, kinds, cameras, coils, timeZone, onKind, onChange } = props
  const { t } = useTranslation('history')
  const { t: common } = useTranslation()
  const isUnbounded = filter.from === undefined && filter.to === undefined
  return (
    <search className={styles.bar} aria-label={t('filter')}>
      {cameras.length > 1 && (
        <label className={styles.field}>
          <span className={styles.name}>{common('camera')}</span>
          <select
            className={styles.input}
            value={filter.camera}
            onChange={event => onChange({ camera: event.target.value, file: undefined })}
          >
            {cameras.map(camera => (
              <option key={camera} value={camera}>
                {cameraName(common, camera)}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className={styles.kinds}>
        <KindSwitch kinds={kinds} value={filter.imageType} onChange={onKind} />
      </div>
      <CoilField
        key={filter.coilNumber}
        value={filter.coilNumber}
        coils={coils}
        timeZone={timeZone}
        onChange={onChange}
      />
      {(['from', 'to'] as const).map(end => (
        <TimeField
          key={`${end} ${filter[end]} ${timeZone}`}
          label={t(end)}
          value={filter[end]}
          timeZone={timeZone}
          onChange={time => onChange({ [end]: time })}
        />
      ))}
      <fieldset className={styles.ranges}>
        <legend className="hidden">{t('range')}</legend>
        {RANGES.map(range => (
          <button
            key={range}
            type="button"
            className={styles.range}
            aria-pressed={range === 'all' ? isUnbounded : undefined}
            onClick={() => onChange(rangeParams(range, Date.now(), timeZone))}
          >
            {t(`ranges.${range}`)}
          </button>
        ))}
      </fieldset>
    </search>
  )
})

interface CoilFieldProps {
  value: string | undefined
  coils: readonly Coil[]
  timeZone: string | undefined
  onChange(changes: Params): void
}

/** Taken over once it is a coil that there is, or when it is confirmed: not with every letter. */
function CoilField({ value, coils, timeZone, onChange }: CoilFieldProps) {
  const { t } = useTranslation('history')
  const { t: common } = useTranslation()
  const { language } = useLook()
  const [text, setText] = useState(value ?? '')
  const list = useId()
  const take = (next: string) => {
    if (next !== (value ?? '')) onChange({ coil: next || undefined, file: undefined })
  }
  const write = (next: string, isChosen: boolean) => {
    setText(next)
    if (next === '' || isChosen) take(next)
  }
  return (
    <label className={styles.field}>
      <span className={styles.name}>{common('coil')}</span>
      <input
        className={styles.input}
        type="search"
        list={list}
        size={12}
        autoComplete="off"
        placeholder={t('allCoils')}
        value={text}
        // What is chosen from the list comes as no typing.
        onChange={event =>
          write(event.target.value, !(event.nativeEvent instanceof InputEvent) || isChoice(event.nativeEvent))
        }
        onKeyDown={onEnter(() => take(text.trim()))}
        onBlur={() => take(text.trim())}
      />
      <datalist id={list}>
        {[...coils].reverse().map(coil => {
          const { date, time } = formatTime(coil.first_at, language, timeZone)
          return (
            <option key={coil.coil_number} value={coil.coil_number}>
              {t('coilOption', { date, time: time.slice(0, 5), count: coil.count })}
            </option>
          )
        })}
      </datalist>
    </label>
  )
}

const isChoice = (event: InputEvent) => event.inputType === 'insertReplacementText'

interface TimeFieldProps {
  label: string
  value: number | undefined
  timeZone: string | undefined
  onChange(time: number | undefined): void
}

function TimeField({ label, value, timeZone, onChange }: TimeFieldProps) {
  const given = value === undefined ? '' : toWall(value, timeZone)
  const [text, setText] = useState(given)
  const take = () => {
    if (text !== given) onChange(fromWall(text, timeZone))
  }
  return (
    <label className={styles.field}>
      <span className={styles.name}>{label}</span>
      <input
        className={styles.input}
        type="datetime-local"
        step={60}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={onEnter(take)}
        onBlur={take}
      />
    </label>
  )
}

function onEnter(run: () => void) {
  return (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) run()
  }
}

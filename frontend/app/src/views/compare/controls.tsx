/** How the pair is shown, and which. */
import { ChevronLeft, ChevronRight, Minus, Pause, Play, Plus, Snowflake } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { cameraName, kindName, useTranslation } from '../../i18n/translate.ts'
import type { Zoom } from '../../zoom/zoom.ts'
import { ZoomTools } from '../../zoom/zoom-tools.tsx'
import styles from './controls.module.css'
import { SIDES, type Side } from './pairing.ts'
import { MODES, type Mode, nextRate, RATES_HZ, type Settings } from './settings.ts'

/** What can be done by button and key alike. */
export interface Deeds {
  choose(mode: Mode): void
  chooseKind(side: Side, kind: string): void
  chooseCamera(camera: string): void
  rate(rateHz: number): void
  blink(isOn: boolean): void
  /** Holds the pair that is shown, or lets it go. */
  freeze(): void
  step(direction: -1 | 1): void
}

interface ControlsProps {
  settings: Settings
  kinds: readonly string[]
  cameras: readonly string[]
  camera: string | undefined
  zoom: Zoom
  deeds: Deeds
  canFreeze: boolean
  children?: ReactNode
}

export const Controls = memo(function Controls(props: ControlsProps) {
  const { settings, kinds, cameras, camera, zoom, deeds, canFreeze, children } = props
  const { t } = useTranslation('compare')
  const { mode, frame } = settings
  const isFixed = frame !== null
  return (
    <div className={styles.controls}>
      <fieldset className={styles.modes}>
        <legend className="hidden">{t('mode.label')}</legend>
        {MODES.map(each => (
          <label key={each} className={styles.mode}>
            <input
              className="hidden"
              type="radio"
              name="mode"
              checked={each === mode}
              onChange={() => deeds.choose(each)}
            />
            <span className={styles.name}>{t(`mode.${each}`)}</span>
          </label>
        ))}
      </fieldset>
      {mode === 'blink' && <BlinkTools settings={settings} deeds={deeds} />}
      {cameras.length > 1 && <CameraSelect camera={camera} cameras={cameras} deeds={deeds} />}
      {kinds.length > 2 && SIDES.map(side => <KindSelect key={side} side={side} {...{ settings, kinds, deeds }} />)}
      <ZoomTools zoom={zoom} />
      <div className={styles.frames}>
        {children}
        <Tool label={t('frame.previous')} hint="," isOff={!canFreeze} run={() => deeds.step(-1)}>
          <ChevronLeft size={22} aria-hidden="true" />
        </Tool>
        <button
          type="button"
          className={styles.freeze}
          aria-pressed={isFixed}
          disabled={!canFreeze && !isFixed}
          title={`${t(isFixed ? 'frame.live' : 'frame.freeze')} (Space)`}
          onClick={deeds.freeze}
        >
          {isFixed ? <Play size={18} aria-hidden="true" /> : <Snowflake size={18} aria-hidden="true" />}
          {t(isFixed ? 'frame.live' : 'frame.freeze')}
        </button>
        <Tool label={t('frame.next')} hint="." isOff={!isFixed || !canFreeze} run={() => deeds.step(1)}>
          <ChevronRight size={22} aria-hidden="true" />
        </Tool>
      </div>
    </div>
  )
})

function BlinkTools({ settings: { rateHz, isBlinking }, deeds }: { settings: Settings; deeds: Deeds }) {
  const { t } = useTranslation('compare')
  const label = t(isBlinking ? 'blink.pause' : 'blink.start')
  return (
    <div className={styles.tools} role="toolbar" aria-label={t('mode.blink')}>
      <Tool label={label} hint="P" run={() => deeds.blink(!isBlinking)}>
        {isBlinking ? <Pause size={18} aria-hidden="true" /> : <Play size={18} aria-hidden="true" />}
      </Tool>
      <Tool
        label={t('blink.slower')}
        hint="["
        isOff={rateHz === RATES_HZ[0]}
        run={() => deeds.rate(nextRate(rateHz, -1))}
      >
        <Minus size={18} aria-hidden="true" />
      </Tool>
      <span className={styles.rate}>{t('blink.rate', { rate: rateHz })}</span>
      <Tool
        label={t('blink.faster')}
        hint="]"
        isOff={rateHz === RATES_HZ.at(-1)}
        run={() => deeds.rate(nextRate(rateHz, 1))}
      >
        <Plus size={18} aria-hidden="true" />
      </Tool>
    </div>
  )
}

function CameraSelect({ camera, cameras, deeds }: Pick<ControlsProps, 'camera' | 'cameras' | 'deeds'>) {
  const { t } = useTranslation()
  const listed = camera === undefined || cameras.includes(camera) ? cameras : [camera, ...cameras]
  return (
    <select
      className={styles.select}
      aria-label={t('camera')}
      value={camera}
      onChange={event => deeds.chooseCamera(event.target.value)}
    >
      {listed.map(each => (
        <option key={each} value={each}>
          {cameraName(t, each)}
        </option>
      ))}
    </select>
  )
}

interface KindSelectProps {
  side: Side
  settings: Settings
  kinds: readonly string[]
  deeds: Deeds
}

function KindSelect({ side, settings, kinds, deeds }: KindSelectProps) {
  const { t } = useTranslation('compare')
  const { t: common } = useTranslation()
  return (
    <select
      className={styles.select}
      aria-label={t(`kind.${side}`)}
      value={settings.kinds[side]}
      onChange={event => deeds.chooseKind(side, event.target.value)}
    >
      {kinds.map(kind => (
        <option key={kind} value={kind}>
          {kindName(common, kind)}
        </option>
      ))}
    </select>
  )
}

interface ToolProps {
  label: string
  hint: string
  isOff?: boolean
  run(): void
  children: ReactNode
}

function Tool({ label, hint, isOff = false, run, children }: ToolProps) {
  return (
    <button
      type="button"
      className={styles.tool}
      aria-label={label}
      title={`${label} (${hint})`}
      disabled={isOff}
      onClick={run}
    >
      {children}
    </button>
  )
}

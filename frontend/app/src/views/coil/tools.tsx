/** Zoom, follow, turn: all that keys do as well. */
import { ArrowRightToLine, Minus, MoveHorizontal, Plus, RotateCw, ScanSearch } from 'lucide-react'
import { memo, useSyncExternalStore } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import styles from './coil.module.css'
import type { ReportStore } from './report-store.ts'
import type { Strip } from './strip.ts'

interface ToolsProps {
  strip: Strip | null
  reports: ReportStore
  onTurn(): void
}

export const ZOOM_STEP = 1.6

export const Tools = memo(function Tools({ strip, reports, onTurn }: ToolsProps) {
  const { t } = useTranslation('coil')
  const kind = useSyncExternalStore(reports.subscribe, () => reports.get().kind)
  const tools = [
    { label: t('zoomOut'), keys: '-', icon: Minus, run: () => strip?.zoom(1 / ZOOM_STEP) },
    { label: t('zoomIn'), keys: '+', icon: Plus, run: () => strip?.zoom(ZOOM_STEP) },
    { label: t('whole'), keys: '0', icon: MoveHorizontal, run: () => strip?.showWhole(), isOn: kind === 'whole' },
    { label: t('pixel'), keys: 'Z', icon: ScanSearch, run: () => strip?.showPixels() },
    { label: t('follow'), keys: 'F', icon: ArrowRightToLine, run: () => strip?.showEnd(), isOn: kind !== 'at' },
    { label: t('turn'), keys: 'R', icon: RotateCw, run: onTurn },
  ]
  return (
    <div className={styles.tools}>
      {tools.map(({ label, keys, icon: Icon, run, isOn }) => (
        <button
          key={keys}
          type="button"
          className={styles.tool}
          title={`${label} (${keys})`}
          aria-pressed={isOn}
          onClick={run}
        >
          <Icon size={20} aria-hidden="true" />
          <span className="hidden">{label}</span>
        </button>
      ))}
    </div>
  )
})

/** Buttons for a zoom, and how near it is. */
import { Maximize2, Minus, Plus } from 'lucide-react'
import { memo, useEffect, useRef } from 'react'
import { useTranslation } from '../i18n/translate.ts'
import type { Zoom } from './zoom.ts'
import styles from './zoom-tools.module.css'

export const ZoomTools = memo(function ZoomTools({ zoom }: { zoom: Zoom }) {
  const { t } = useTranslation()
  const percent = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    // It changes with every frame of a gesture: written past React.
    const write = () => {
      if (percent.current !== null) percent.current.textContent = zoom.percent === null ? '–' : `${zoom.percent} %`
    }
    write()
    return zoom.subscribe(write)
  }, [zoom])
  return (
    <div className={styles.tools} role="toolbar" aria-label={t('zoom.label')}>
      <Tool label={t('zoom.out')} hint="-" run={() => zoom.out()}>
        <Minus size="1.125em" aria-hidden="true" />
      </Tool>
      <span ref={percent} className={styles.percent} />
      <Tool label={t('zoom.in')} hint="+" run={() => zoom.in()}>
        <Plus size="1.125em" aria-hidden="true" />
      </Tool>
      <Tool label={t('zoom.fit')} hint="0" run={() => zoom.fit()}>
        <Maximize2 size="1.125em" aria-hidden="true" />
      </Tool>
      <Tool label={t('zoom.oneToOne')} hint="O" run={() => zoom.oneToOne()}>
        <span aria-hidden="true">1:1</span>
      </Tool>
    </div>
  )
})

interface ToolProps {
  label: string
  hint: string
  run(): void
  children: React.ReactNode
}

function Tool({ label, hint, run, children }: ToolProps) {
  return (
    <button type="button" className={styles.tool} aria-label={label} title={`${label} (${hint})`} onClick={run}>
      {children}
    </button>
  )
}

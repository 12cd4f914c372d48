import type { LiveImage } from '@coilcast/live-image'
import { useLiveImage } from '@coilcast/live-image/react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { type Filter, useAddress } from './address.ts'
import type { ShownFrame } from './frame/painter.ts'
import { Stage } from './frame/stage.tsx'
import { loadGlyphs } from './glyphs.ts'
import styles from './panel.module.css'
import { Age } from './parts/age.tsx'
import { Connection } from './parts/connection.tsx'
import { Facts } from './parts/facts.tsx'
import { KindSwitch } from './parts/kind-switch.tsx'
import { NoticeBar } from './parts/notice-bar.tsx'
import { charactersOf, languageOf, WORDING } from './wording.ts'

const DEFAULT_KINDS = ['original', 'labeled']

export function Panel() {
  const [{ imageType, camera, coilNumber }, showType] = useAddress()
  const filter = useMemo<Filter>(
    () => ({ imageType, camera, coilNumber, previews: true }),
    [imageType, camera, coilNumber],
  )
  const { config, node } = useLiveImage(filter)
  const language = languageOf(config?.language)
  const wording = WORDING[language]
  const [shown, setShown] = useState<ShownFrame | null>(null)
  const [broken, setBroken] = useState<LiveImage | null>(null)
  const onShown = useCallback((next: ShownFrame | null) => {
    setShown(next)
    setBroken(null)
  }, [])

  const coil = shown === null || shown.isDemo ? null : (shown.image.coil_number ?? wording.noCoil)
  useEffect(() => {
    document.documentElement.lang = language
    document.title = coil === null ? wording.product : `${coil} · ${wording.product}`
  }, [language, coil, wording])

  useEffect(() => loadGlyphs(charactersOf(language)), [language])

  return (
    <div className={styles.panel}>
      <header className={styles.header}>
        <h1 className={styles.brand}>
          {wording.product}
          <span className="hidden">: {wording.heading}</span>
        </h1>
        <span className={styles.node}>{config?.node ?? node}</span>
        <Connection filter={filter} wording={wording} />
      </header>
      <main className={styles.main}>
        <div className={styles.view}>
          <NoticeBar filter={filter} wording={wording} isBroken={broken !== null} />
          <Stage filter={filter} wording={wording} onShown={onShown} onBroken={setBroken} />
        </div>
        <aside className={styles.side} aria-label={wording.information}>
          <KindSwitch kinds={config?.kinds ?? DEFAULT_KINDS} value={imageType} wording={wording} onChange={showType} />
          <Facts shown={shown} wording={wording} language={language} timeZone={config?.timezone}>
            <Age filter={filter} wording={wording} />
          </Facts>
        </aside>
      </main>
    </div>
  )
}

/** What stands around every view: tabs, the state of the link, alerts, keys. */
import { useLiveImage } from '@coilcast/live-image/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { linkFilter } from '../data/live-filter.ts'
import { makeQueryClient } from '../data/query-client.ts'
import { loadGlyphs } from '../i18n/glyphs.ts'
import { charactersOf, useTranslation } from '../i18n/translate.ts'
import { KeyHelp } from '../keys/help.tsx'
import type { Binding } from '../keys/keys.ts'
import { useKeyboard, useKeys } from '../keys/use-keys.ts'
import { useKiosk } from '../look/kiosk.ts'
import { look, useLook } from '../look/look.ts'
import { VIEWS } from '../place/place.ts'
import { usePlace } from '../place/use-place.ts'
import { AlertBanner } from '../views/alerts/banner.tsx'
import { REGISTRY } from '../views/registry.ts'
import styles from './app.module.css'
import { Boundary } from './boundary.tsx'
import { Header } from './header.tsx'
import { KioskBar } from './kiosk-bar.tsx'
import { UpdateOffer } from './update-offer.tsx'

export function App() {
  const [queries] = useState(makeQueryClient)
  const { language } = useLook()
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  useEffect(() => loadGlyphs(charactersOf(language)), [language])
  return (
    <QueryClientProvider client={queries}>
      <Frame />
    </QueryClientProvider>
  )
}

function Frame() {
  const { t } = useTranslation()
  const { view, place, params, change, open } = usePlace()
  const { theme, language } = useLook()
  const filter = useMemo(() => linkFilter(place), [place])
  const { config } = useLiveImage(filter)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const isKiosk = params.kiosk !== undefined
  useKiosk(isKiosk)
  useEffect(() => look.serverSays(config?.language), [config?.language])
  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])

  const leaveKiosk = useCallback(() => change({ kiosk: undefined }, { replace: true }), [change])

  const bindings = useMemo<Binding[]>(
    () => [
      { keys: ['?'], label: t('keys.help'), run: () => setHelpOpen(before => !before) },
      ...VIEWS.map(each => ({ keys: [REGISTRY[each].key], label: t(`views.${each}`), run: () => open(each) })),
      { keys: ['l'], label: t('keys.language'), run: () => look.choose({ language: language === 'ko' ? 'en' : 'ko' }) },
      { keys: ['t'], label: t('keys.theme'), run: () => look.choose({ theme: theme === 'dark' ? 'day' : 'dark' }) },
      { keys: ['k'], label: t('keys.kiosk'), run: () => change({ kiosk: isKiosk ? undefined : 1 }, { replace: true }) },
    ],
    [t, open, change, language, theme, isKiosk],
  )
  useKeyboard()
  useKeys(t('keys.general'), bindings)

  const View = REGISTRY[view].component
  return (
    <div className={styles.app} data-kiosk={isKiosk || undefined}>
      {!isKiosk && <Header filter={filter} onHelp={() => setHelpOpen(true)} />}
      <div>
        <UpdateOffer filter={filter} />
        <AlertBanner />
        {isKiosk && !REGISTRY[view].hasKioskBar && (
          <div className={styles.kiosk}>
            <KioskBar filter={filter} onLeave={leaveKiosk} />
          </div>
        )}
      </div>
      <main className={styles.main}>
        <Boundary key={view}>
          <Suspense fallback={<p className={styles.loading}>{t('loading')}</p>}>
            <View />
          </Suspense>
        </Boundary>
      </main>
      {isHelpOpen && <KeyHelp onClose={() => setHelpOpen(false)} />}
    </div>
  )
}

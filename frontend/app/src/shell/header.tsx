/** Name, tabs, what can be changed for this screen, the state of the link. */
import { useLiveImage } from '@coilcast/live-image/react'
import { CircleHelp, Languages, Maximize, Moon, Sun } from 'lucide-react'
import type { LiveFilter } from '../data/live-filter.ts'
import { useTranslation } from '../i18n/translate.ts'
import { look, useLook } from '../look/look.ts'
import { inView, VIEWS } from '../place/place.ts'
import { PlaceLink } from '../place/place-link.tsx'
import { usePlace } from '../place/use-place.ts'
import { REGISTRY } from '../views/registry.ts'
import { Connection } from './connection.tsx'
import styles from './header.module.css'

export function Header({ filter, onHelp }: { filter: LiveFilter; onHelp(): void }) {
  const { t } = useTranslation()
  const { place, view, change } = usePlace()
  const { theme, language } = useLook()
  const { config, node } = useLiveImage(filter)
  const otherTheme = theme === 'dark' ? 'day' : 'dark'
  return (
    <header className={styles.header}>
      <h1 className={styles.brand}>
        {t('product')}
        <span className="hidden">: {t('heading')}</span>
      </h1>
      <nav className={styles.tabs} aria-label={t('views.label')}>
        {VIEWS.map(each => {
          const { icon: Icon } = REGISTRY[each]
          return (
            <PlaceLink
              key={each}
              to={inView(place, each)}
              className={styles.tab}
              aria-current={each === view ? 'page' : undefined}
            >
              <Icon size={18} aria-hidden="true" />
              <span>{t(`views.${each}`)}</span>
            </PlaceLink>
          )
        })}
      </nav>
      <span className={styles.node}>{config?.node ?? node}</span>
      <div className={styles.tools}>
        <button
          type="button"
          className={styles.tool}
          title={`${t('look.language')} (L)`}
          onClick={() => look.choose({ language: language === 'ko' ? 'en' : 'ko' })}
        >
          <Languages size={20} aria-hidden="true" />
          <span className="hidden">{t('look.language')}</span>
        </button>
        <button
          type="button"
          className={styles.tool}
          title={`${t(`look.${otherTheme}`)} (T)`}
          onClick={() => look.choose({ theme: otherTheme })}
        >
          {theme === 'dark' ? <Sun size={20} aria-hidden="true" /> : <Moon size={20} aria-hidden="true" />}
          <span className="hidden">{t(`look.${otherTheme}`)}</span>
        </button>
        <button
          type="button"
          className={styles.tool}
          title={`${t('look.kiosk')} (K)`}
          onClick={() => change({ kiosk: 1 }, { replace: true })}
        >
          <Maximize size={20} aria-hidden="true" />
          <span className="hidden">{t('look.kiosk')}</span>
        </button>
        <button type="button" className={styles.tool} title={`${t('keys.help')} (?)`} onClick={onHelp}>
          <CircleHelp size={20} aria-hidden="true" />
          <span className="hidden">{t('keys.help')}</span>
        </button>
      </div>
      <Connection filter={filter} />
    </header>
  )
}

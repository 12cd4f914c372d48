/** A view that fails takes nothing but itself down: the alarms and the other tabs stay. */
import { Component, type ReactNode } from 'react'
import { useTranslation } from '../i18n/translate.ts'
import styles from './app.module.css'

export class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render() {
    const { error } = this.state
    if (error === null) return this.props.children
    return <Crash error={error} />
  }
}

function Crash({ error }: { error: Error }) {
  const { t } = useTranslation()
  return (
    <div className={styles.loading} role="alert">
      <h2>{t('crash.title')}</h2>
      <p>
        <bdi>{error.message}</bdi>
      </p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {t('crash.reload')}
      </button>
    </div>
  )
}

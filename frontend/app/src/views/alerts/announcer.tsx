/** Speaks each new alert that calls once, whatever is rendered how often; nothing of it can be seen. */
import type { Alert } from '@coilcast/live-image'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { worstNews } from './ranking.ts'

export function Announcer({ firing }: { firing: readonly Alert[] }) {
  const { t } = useTranslation('alerts')
  const { language } = useLook()
  const known = useRef<ReadonlySet<number>>(new Set())
  const [news, setNews] = useState<Alert | null>(null)
  useEffect(() => {
    const worst = worstNews(firing, known.current)
    // What was news only may become worse.
    known.current = new Set(firing.filter(alert => alert.severity !== 'info').map(alert => alert.id))
    if (worst !== null) setNews(worst)
  }, [firing])
  if (news === null || firing.every(alert => alert.id !== news.id)) return null
  return (
    // A new element, so that it is spoken although the same sentence was spoken before.
    <p key={news.id} role="alert" className="hidden">
      {t('banner.announce', { severity: t(`severity.${news.severity}`), summary: news.summary[language] })}
    </p>
  )
}

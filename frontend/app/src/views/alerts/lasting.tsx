/** How long something has lasted, counting up. */
import { useTranslation } from 'react-i18next'
import { formatAge } from '../../format.ts'
import { useNow } from '../../parts/use-now.ts'

export function Lasting({ since }: { since: number }) {
  const { t } = useTranslation()
  return <>{formatAge(Math.max(0, Math.floor((useNow() - since) / 1000)), t)}</>
}

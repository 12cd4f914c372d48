/** How long something has lasted, counting up. */

import { formatAge } from '../../format.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { useNow } from '../../parts/use-now.ts'

export function Lasting({ since }: { since: number }) {
  const { t } = useTranslation()
  return <>{formatAge(Math.max(0, Math.floor((useNow() - since) / 1000)), t)}</>
}

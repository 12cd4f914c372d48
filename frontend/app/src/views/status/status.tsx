import { useTranslation } from 'react-i18next'

export default function StatusView() {
  const { t } = useTranslation()
  return <h2>{t('views.status')}</h2>
}

import { Tabs } from '../../ui/Tabs.tsx'

const TABS = [
  { href: '/admin/users', words: 'Accounts' },
  { href: '/admin/audit', words: 'What administrators did' },
] as const

export function AccountTabs({ current }: { current: (typeof TABS)[number]['href'] }) {
  return <Tabs label="Accounts" tabs={TABS} current={current} />
}

import type { ComponentType } from 'react'
import { Tabs } from '../../ui/Tabs.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { AppearanceSection } from './AppearanceSection.tsx'
import { KeysSection } from './KeysSection.tsx'
import { LoginsSection } from './LoginsSection.tsx'
import { ProfileSection } from './ProfileSection.tsx'
import { SecuritySection } from './SecuritySection.tsx'
import './settings.css'

interface Section {
  name: string
  title: string
  Content: ComponentType
}

const PROFILE: Section = { name: 'profile', title: 'Profile', Content: ProfileSection }

const SECTIONS: readonly Section[] = [
  PROFILE,
  { name: 'appearance', title: 'Appearance', Content: AppearanceSection },
  { name: 'keys', title: 'API keys', Content: KeysSection },
  { name: 'logins', title: 'Logins', Content: LoginsSection },
  { name: 'security', title: 'Security', Content: SecuritySection },
]

/** One's own account, a section at a time. An address that names none shows the first. */
export default function SettingsPage({ section }: { section?: string | undefined }) {
  const shown = SECTIONS.find(({ name }) => name === section) ?? PROFILE
  useTitle(`${shown.title}, settings`)
  return (
    <main className="page settings" id="content">
      <h1>Settings</h1>
      <Tabs
        label="Settings"
        tabs={SECTIONS.map(({ name, title }) => ({ href: addressOf(name), words: title }))}
        current={addressOf(shown.name)}
      />
      <div className="settings-content">
        <shown.Content />
      </div>
    </main>
  )
}

function addressOf(section: string): string {
  return `/settings/${section}`
}

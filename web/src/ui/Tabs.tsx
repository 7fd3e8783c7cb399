import { Link } from 'wouter'

interface TabsProps {
  label: string
  /** Each part has an address of its own, so that it can be linked to and gone back to. */
  tabs: readonly { href: string; words: string }[]
  current: string
}

/** The parts of a page, as links. */
export function Tabs({ label, tabs, current }: TabsProps) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ href, words }) => (
        <Link key={href} href={href} className="tab" aria-current={href === current ? 'page' : undefined}>
          {words}
        </Link>
      ))}
    </nav>
  )
}

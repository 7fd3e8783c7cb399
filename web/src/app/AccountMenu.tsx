import type { User } from '../api/model.ts'
import { logout } from '../features/accounts/calls.ts'
import { Icon } from '../ui/Icon.tsx'
import { Menu, MenuChoice, MenuItem, MenuLink, MenuRule } from '../ui/Menu.tsx'
import { setTheme, THEMES, useTheme } from '../ui/theme.ts'
import { navOf } from './navigation.ts'

export function AccountMenu({ user }: { user: User }) {
  const theme = useTheme()
  const own = navOf('account', user.role)
  const admin = navOf('admin', user.role)
  return (
    <Menu
      label="Your account"
      button={<Icon name="user" />}
      head={
        <>
          <strong>{user.name === '' ? user.email : user.name}</strong>
          {user.name !== '' && <div className="quiet small">{user.email}</div>}
        </>
      }
    >
      {own.map(({ href, title, icon }) => (
        <MenuLink key={href} href={href} icon={icon}>
          {title}
        </MenuLink>
      ))}
      {admin.length > 0 && <MenuRule />}
      {admin.map(({ href, title, icon }) => (
        <MenuLink key={href} href={href} icon={icon}>
          {title}
        </MenuLink>
      ))}
      <MenuRule />
      <MenuChoice label="Theme" value={theme} choices={THEMES} onChange={setTheme} />
      <MenuRule />
      <MenuItem icon="leave" onSelect={() => void logout()}>
        Sign out
      </MenuItem>
    </Menu>
  )
}

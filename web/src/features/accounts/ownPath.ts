/** Whether an address from outside stays within this app; anything else is not followed. */
export function isOwnPath(link: string): boolean {
  return link.startsWith('/') && !link.startsWith('//') && !link.includes('\\')
}

/** The page to go to once somebody has signed in, by the address that brought them to the form. */
export function pathToGoOnTo(path: string, search: string): string {
  const wanted = new URLSearchParams(search).get('next')
  if (wanted !== null && isOwnPath(wanted)) return wanted
  if (path === '/register' || path === '/sign-in') return '/'
  return search === '' ? path : `${path}?${search.replace(/^\?/, '')}`
}

/** The address of a form that goes on to a page. */
export function formAddress(form: '/register' | '/sign-in', goingTo: string): string {
  return goingTo === '/' ? form : `${form}?${new URLSearchParams({ next: goingTo }).toString()}`
}

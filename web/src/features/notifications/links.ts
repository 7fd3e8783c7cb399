/** Where a notification leads: a scene that is named in a query has an address of its own. */
export function pathOfLink(link: string): string {
  const match = /^(\/projects\/[^/?#]+)\?scene=([^&#]+)$/.exec(link)
  return match?.[1] !== undefined && match[2] !== undefined ? `${match[1]}/scenes/${match[2]}` : link
}

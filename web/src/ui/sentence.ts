/** The server's messages start in lower case and have no full stop; on a page they are sentences. */
export function toSentence(message: string): string {
  const trimmed = message.trim()
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
  return /[.?!…]$/.test(first) ? first : `${first}.`
}

const ID = 'announcer'

/** Says something to those who can't see that it happened. The shell has the element, which is there from the start. */
export function announce(words: string): void {
  const element = document.getElementById(ID)
  if (element === null) return
  // The same words twice are read twice only if the text changes in between.
  element.textContent = ''
  requestAnimationFrame(() => {
    element.textContent = words
  })
}

export const ANNOUNCER_ID = ID

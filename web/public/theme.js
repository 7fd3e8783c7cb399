// Before anything is painted: the theme that was chosen here, so that a dark room is not lit up first.
;(() => {
  try {
    const theme = localStorage.getItem('vitascope.theme')
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  } catch {
    // A browser that stores nothing follows the system.
  }
})()

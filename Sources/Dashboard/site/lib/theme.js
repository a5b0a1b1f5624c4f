// Light, dark, or as the system has it. The choice is kept in this browser.

const PLACE = 'drover.theme'
const ORDER = ['system', 'light', 'dark']

export function chosen() {
  try {
    return ORDER.includes(localStorage.getItem(PLACE)) ? localStorage.getItem(PLACE) : 'system'
  } catch {
    return 'system'
  }
}

export function apply(theme = chosen()) {
  document.documentElement.dataset.theme = theme
}

/** The next of the three. */
export function turn() {
  const next = ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length]
  try {
    localStorage.setItem(PLACE, next)
  } catch {
    // A browser that keeps nothing still shows it.
  }
  apply(next)
  return next
}

// The page of an address. Links inside stay in this document; back and forward work.

export class Router {
  /** @param go  called with the name of the page and the query, at first and whenever the address changes */
  constructor(go) {
    this.go = go
    addEventListener('popstate', () => this.read())
    document.addEventListener('click', (event) => this.#click(event))
  }

  read() {
    const name = location.pathname.replace(/^\/ui\/?/, '').replace(/\/+$/, '')
    this.go(name, new URLSearchParams(location.search))
  }

  open(path) {
    if (path !== location.pathname + location.search) history.pushState(null, '', path)
    this.read()
  }

  #click(event) {
    const link = event.target.closest?.('a[href^="/ui"]')
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!link || !isPlain || link.target || link.hasAttribute('download')) return
    event.preventDefault()
    this.open(link.getAttribute('href'))
  }
}

/** Writes a page's filters into its address, without a step back. */
export function remember(values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value))
  history.replaceState(null, '', location.pathname + (query.size ? `?${query}` : ''))
}

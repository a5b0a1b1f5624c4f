// The requests, the newest first: live while the list is at its head, and by pages behind it.

import { get, query } from '../lib/api.js'
import { h, say, show } from '../lib/dom.js'
import { dollars, figure as digits, fullTime, milliseconds, short, time } from '../lib/format.js'
import { Keyed } from '../lib/keyed.js'
import { remember } from '../lib/router.js'
import { pause } from '../lib/streams.js'
import { empty, heading } from '../parts/bits.js'
import { keyNames } from '../keys/names.js'
import { openRequest } from '../requests/detail.js'
import { Filters } from '../requests/filters.js'
import { outcome, read } from '../requests/row.js'

const PAGE = 50
const EVERY = 2000
const COLUMNS = ['Time', 'Model', 'Box', 'Key', 'Outcome', 'Tokens', 'Tokens/s', 'First token', 'Whole', 'Cost']
const NUMBERS = new Set(['Tokens', 'Tokens/s', 'First token', 'Whole', 'Cost'])

class RequestsPage extends HTMLElement {
  #left = new AbortController()
  #body = h('tbody')
  #none = h('div')
  #more = h('button', { type: 'button', hidden: true, onclick: () => this.#older() }, 'Older ones')
  #live = h('span.live', { role: 'status' }, 'Loading')
  #rows = []
  #next = null
  #asked = 0
  #names = new Map()

  async connectedCallback() {
    const { signal } = this.#left
    this.list = new Keyed(this.#body, (row) => new RequestLine(row))
    show(this, heading('Requests', this.#live))
    const [models, names] = await Promise.all([get('/v1/models', { signal }).then((list) => list.data.map((one) => one.id), () => []), keyNames(signal)])
    if (signal.aborted) return
    this.#names = names
    this.filters = new Filters(this.query, models, names, (values) => {
      remember(values)
      this.#begin()
    })
    show(this, heading('Requests', this.#live), this.filters.element,
      h('section.card', h('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Requests' },
        h('table.requests', h('caption.unseen', 'Requests, the newest first'),
          h('thead', h('tr', COLUMNS.map((name) => h('th', { scope: 'col', class: NUMBERS.has(name) && 'number' }, name)))), this.#body)),
      this.#none, this.#more))
    await this.#begin()
    this.#follow()
  }

  disconnectedCallback() {
    this.#left.abort()
  }

  async #begin() {
    const number = ++this.#asked
    const page = await this.#page({})
    if (!page || number !== this.#asked) return
    this.#rows = page.rows
    this.#next = page.next
    this.#draw()
  }

  async #older() {
    const page = await this.#page({ after: this.#next })
    if (!page) return
    this.#rows = [...this.#rows, ...page.rows]
    this.#next = page.next
    this.#draw()
  }

  /** What is new comes to the head; one page is asked for, whatever has been loaded behind it. */
  async #follow() {
    const { signal } = this.#left
    while (!signal.aborted) {
      await pause(EVERY, signal)
      if (signal.aborted || document.hidden) continue
      const number = this.#asked
      const page = await this.#page({})
      if (!page || number !== this.#asked) continue
      const known = new Set(this.#rows.map((row) => row.id))
      const fresh = page.rows.filter((row) => !known.has(row.id))
      // More than a page at once leaves a gap, so that the list begins anew.
      if (fresh.length === page.rows.length && fresh.length) [this.#rows, this.#next] = [page.rows, page.next]
      else if (fresh.length) this.#rows = [...fresh, ...this.#rows].slice(0, 2000)
      this.#draw()
    }
  }

  async #page(more) {
    const { signal } = this.#left
    try {
      const found = await get(query('/spend/requests', { limit: PAGE, ...this.filters.query, ...more }), { signal })
      this.#tell('Live', 'good')
      return { rows: found.data.map((row) => read(row, this.#names)), next: found.next }
    } catch (error) {
      if (!signal.aborted) this.#tell(error.message, 'bad')
      return null
    }
  }

  #tell(text, kind) {
    say(this.#live, text)
    this.#live.dataset.kind = kind
  }

  #draw() {
    this.list.update(this.#rows, (row) => row.id)
    this.#more.hidden = !this.#next
    const isFiltered = Object.values(this.filters.values).some(Boolean)
    show(this.#none, !this.#rows.length && (isFiltered
      ? empty('No request is like that.', 'Take a filter away, or choose a longer time.')
      : empty('No request yet.', 'Point a client at this gateway, or try the playground. Requests are kept where there is a store (drover.store).', h('a.button', { href: '/ui/playground' }, 'Open the playground'))))
  }
}

/** One line; the time opens the request. */
class RequestLine {
  constructor(row) {
    this.row = row
    const link = h('button.link', { type: 'button', title: fullTime(row.start), onclick: () => openRequest(row, () => link.focus()) }, time(row.start))
    const other = row.fallbacks > 0 && row.answered
    this.element = h('tr', { class: row.isFailed && 'failed' },
      h('td', link), h('td', row.asked || '–', other && h('small.muted', row.answered)), h('td', row.box || '–'), h('td', row.key),
      h('td', h('span.outcome', outcome(row)), row.attempts > 1 && h('small.muted', `${row.attempts} attempts`)),
      h('td.number', row.input || row.output ? `${short(row.input)} → ${short(row.output)}` : ''), h('td.number', digits(row.speed)),
      h('td.number', milliseconds(row.firstToken)), h('td.number', milliseconds(row.took)), h('td.number', row.cost ? dollars(row.cost) : ''))
  }

  update() {}
}

customElements.define('requests-page', RequestsPage)
export default 'requests-page'

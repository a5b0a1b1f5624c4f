// The pool, live: the boxes, the queue, and which box has which model.

import { get, stream } from '../lib/api.js'
import { h, say, show } from '../lib/dom.js'
import { count, duration, figure as digits, plural } from '../lib/format.js'
import { Keyed } from '../lib/keyed.js'
import { remember } from '../lib/router.js'
import { session } from '../lib/session.js'
import { pause } from '../lib/streams.js'
import { empty, heading } from '../parts/bits.js'
import { BoxCard } from '../pool/card.js'
import { showMatrix } from '../pool/matrix.js'
import { showQueue } from '../pool/queue.js'
import { PoolState } from '../pool/state.js'
import { ORDER, stateOf } from '../pool/words.js'

/** More boxes than this are shown small. */
const MANY = 24
const MATRIX_EVERY = 10_000

class PoolPage extends HTMLElement {
  #state = new PoolState()
  #left = new AbortController()
  #live = h('span.live', { role: 'status' }, 'Connecting')
  #totals = h('p.totals')
  #warnings = h('div.warnings')
  #filters = h('div.filters', { role: 'group', 'aria-label': 'Boxes by state' })
  #search = h('input', { type: 'search', placeholder: 'Box or model', 'aria-label': 'Find a box or model', oninput: () => this.#filter() })
  #grid = h('div.boxes')
  #none = h('div')
  #queue = h('section.card', { hidden: true })
  #matrix = h('div')
  #wanted = null
  #cards

  connectedCallback() {
    const mayChange = session.state.changes_all
    this.#wanted = this.query.get('state')
    this.#search.value = this.query.get('find') ?? ''
    this.#cards = new Keyed(this.#grid, (box) => {
      const card = new BoxCard(() => this.#state.pool, mayChange)
      card.update((card.row = box))
      return card
    })
    show(this, heading('Pool', this.#live), this.#totals, this.#warnings,
      h('div.toolbar', this.#filters, this.#search), this.#grid, this.#none, this.#queue,
      h('section.card', h('h2', 'Models'), this.#matrix))
    this.#listen()
    this.#follow(mayChange)
    this.#tick()
  }

  disconnectedCallback() {
    this.#left.abort()
  }

  async #listen() {
    const { signal } = this.#left
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        for await (const event of stream('/pool/events', { signal })) {
          tries = 0
          this.#state.take(event)
          this.#draw()
          this.#tell('Live', 'good')
        }
        if (!signal.aborted) this.#tell('Connecting again', 'warn')
      } catch (error) {
        if (signal.aborted) return
        this.#tell(error.status ? error.message : 'The gateway does not answer; trying again', 'bad')
      }
      await pause(Math.min(500 * 2 ** tries, 10_000), signal)
    }
  }

  async #follow(mayChange) {
    while (!this.#left.signal.aborted) {
      await this.#ask(mayChange)
      await pause(MATRIX_EVERY, this.#left.signal)
    }
  }

  async #ask(mayChange) {
    const { signal } = this.#left
    try {
      showMatrix(this.#matrix, await get('/pool/models', { signal }), mayChange, () => this.#ask(mayChange))
    } catch (error) {
      if (!signal.aborted && !this.#matrix.childElementCount) show(this.#matrix, h('p.muted', error.message))
    }
  }

  async #tick() {
    while (!this.#left.signal.aborted) {
      await pause(1000, this.#left.signal)
      this.#cards.each((card) => card.tick())
    }
  }

  #tell(text, kind) {
    say(this.#live, text)
    this.#live.dataset.kind = kind
  }

  #draw() {
    const { pool } = this.#state
    const boxes = this.#state.boxes()
    const speed = boxes.reduce((sum, one) => sum + (one.in_flight ? one.tokens_per_second ?? 0 : 0), 0)
    say(this.#totals, [
      plural(boxes.length, 'box', 'boxes'), plural(pool.models.length, 'model'), `${count(pool.in_flight)} in flight`,
      pool.waiting ? `${count(pool.waiting)} waiting` : '', speed ? `about ${digits(speed)} tokens/s` : '',
      `up ${duration(pool.uptime_seconds)}`,
    ].filter(Boolean).join(' · '))
    if (this.#warnings.textContent !== pool.warnings.join('')) show(this.#warnings, pool.warnings.map((one) => h('p.warning', one)))
    showQueue(this.#queue, pool.models)
    this.#drawFilters(boxes)
    this.#drawBoxes(boxes)
  }

  #drawFilters(boxes) {
    const counts = new Map()
    for (const one of boxes) counts.set(one.state, (counts.get(one.state) ?? 0) + 1)
    if (this.#wanted && !counts.has(this.#wanted)) counts.set(this.#wanted, 0)
    const states = ORDER.filter((state) => counts.has(state))
    const said = states.map((state) => `${state} ${counts.get(state)}`).join() + this.#wanted
    if (this.#filters.dataset.said === said) return
    this.#filters.dataset.said = said
    show(this.#filters, states.map((state) => h('button.filter', {
      type: 'button', 'aria-pressed': String(state === this.#wanted), onclick: () => this.#filter(state),
    }, `${stateOf(state).word} `, h('b', count(counts.get(state))))))
  }

  #filter(state) {
    if (state) this.#wanted = this.#wanted === state ? null : state
    remember({ state: this.#wanted, find: this.#search.value })
    if (this.#state.pool) this.#draw()
  }

  #drawBoxes(boxes) {
    const text = this.#search.value.trim().toLowerCase()
    const isShown = (one) => (!this.#wanted || one.state === this.#wanted) && (!text || [one.instance, ...one.deployments.flatMap((row) => [row.model_name, row.model])]
      .some((word) => word.toLowerCase().includes(text)))
    const shown = boxes.filter(isShown)
    this.#grid.classList.toggle('many', boxes.length > MANY)
    this.#cards.update(shown, (one) => one.instance)
    if (shown.length) return show(this.#none)
    show(this.#none, boxes.length
      ? empty('No box is like that.', 'Take the filter away, or look for another name.')
      : empty('There is no box yet.', 'Name one in the configuration: model_list with an api_base such as http://gpu-1:11434, then start the gateway again.'))
  }
}

customElements.define('pool-page', PoolPage)
export default 'pool-page'

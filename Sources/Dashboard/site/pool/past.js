// The last day of a box as a strip: how much it was used, when it was out, and which models came and went.

import { get, query } from '../lib/api.js'
import { h, show, svg } from '../lib/dom.js'
import { count, duration, figure, milliseconds, plural, time } from '../lib/format.js'
import { table } from '../parts/bits.js'

const HOURS = [1, 6, 24]
const HEIGHT = 44
const FOOT = 6

/** Fills a place with the past of a box. */
export class Past {
  #hours = 24
  #answer = null

  constructor(place, instance) {
    this.place = place
    this.instance = instance
  }

  async load() {
    try {
      this.show(await get(query('/pool/history', { instance: this.instance })))
    } catch (error) {
      show(this.place, h('p.muted', error.message))
    }
  }

  /** @param answer  that of `/pool/history` */
  show(answer) {
    this.#answer = answer
    this.#draw()
  }

  #draw() {
    const box = this.#answer
    const size = box.span_seconds
    const last = Math.floor(Date.now() / 1000 / size)
    const number = (this.#hours * 3600) / size
    const spans = box.spans.filter((one) => one.at / size > last - number)
    const moves = box.moves.filter((one) => one.at >= (last - number + 1) * size)
    show(this.place,
      h('div.filters', { role: 'group', 'aria-label': 'How far back' }, HOURS.map((hours) => h('button.filter', {
        type: 'button', 'aria-pressed': String(hours === this.#hours), onclick: () => { this.#hours = hours; this.#draw() },
      }, `${hours} h`))),
      strip(spans, last - number + 1, number, size), h('p.muted', words(spans, moves, size)),
      h('details', h('summary', 'As a table'), table(`The past of ${this.instance}`, [
        { name: 'From', cell: (one) => time(one.at * 1000) }, { name: 'Most at once', isNumber: true, cell: (one) => count(one.busiest) },
        { name: 'Requests', isNumber: true, cell: (one) => count(one.requests) }, { name: 'First token', isNumber: true, cell: (one) => milliseconds(one.first_token_ms) },
        { name: 'Tokens/s', isNumber: true, cell: (one) => figure(one.tokens_per_second) },
        { name: 'Out', isNumber: true, cell: (one) => (one.out ? `${Math.round((one.out / one.looks) * 100)} %` : '') },
        { name: 'Models', cell: (one) => moves.filter((move) => Math.floor(move.at / size) * size === one.at).map((move) => h('small', `${move.loaded ? '+' : '−'} ${move.model}`)) },
      ], spans.toReversed())))
  }
}

function strip(spans, first, number, size) {
  const most = Math.max(1, ...spans.map((one) => one.busiest))
  const width = 100 / number
  return svg('svg.past', { viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': 'Use over time; the table below has the figures' },
    svg('rect.ground', { x: 0, y: HEIGHT - FOOT, width: 100, height: FOOT }),
    spans.map((one) => {
      const x = (one.at / size - first) * width
      const high = (one.busiest / most) * (HEIGHT - FOOT - 6)
      return [
        svg('rect.seen', { x, y: HEIGHT - FOOT, width, height: FOOT }), high > 0 && svg('rect.used', { x, y: HEIGHT - FOOT - high, width, height: high }),
        one.out > 0 && svg('rect.out', { x, y: HEIGHT - FOOT, width, height: FOOT }), one.loads > 0 && svg('rect.came', { x, y: 0, width, height: 4 }),
      ]
    }))
}

function words(spans, moves, size) {
  const out = spans.reduce((sum, one) => sum + (one.out / one.looks) * size, 0)
  const loads = moves.filter((one) => one.loaded).length
  return [
    plural(spans.reduce((sum, one) => sum + one.requests, 0), 'request'), `${count(Math.max(0, ...spans.map((one) => one.busiest)))} at once at most`,
    out ? `out for about ${duration(out)}` : 'never out', moves.length ? `${plural(loads, 'load')}, ${plural(moves.length - loads, 'unload')}` : '',
  ].filter(Boolean).join(' · ')
}

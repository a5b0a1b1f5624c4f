// What was used and spent, day by day, and what it would have cost in a cloud.

import { get, query } from '../lib/api.js'
import { h, show } from '../lib/dom.js'
import { count, dollars, short } from '../lib/format.js'
import { remember } from '../lib/router.js'
import { session } from '../lib/session.js'
import { empty, fault, figure, heading, table } from '../parts/bits.js'
import { chart } from '../usage/chart.js'
import { csv, save } from '../usage/csv.js'
import { CUTS, MEASURES, bookDate, series, sums } from '../usage/days.js'

const SPANS = [['7', '7 days'], ['30', '30 days'], ['90', '90 days']]

class UsagePage extends HTMLElement {
  #left = new AbortController()
  #results = null
  #total = {}
  #asked = 0

  connectedCallback() {
    const choice = (name, label, choices) => h('select', { name, 'aria-label': label, onchange: () => this.#change(name) },
      choices.map(([value, text]) => h('option', { value, selected: this.query.get(name) === value }, text)))
    const cuts = Object.entries(CUTS).filter(([cut]) => cut !== 'entities' || session.state.sees_all)
    this.form = h('form.toolbar', choice('span', 'Days', SPANS), choice('measure', 'Measure', Object.entries(MEASURES).map(([value, one]) => [value, one.name])),
      choice('cut', 'By', cuts.map(([value, name]) => [value, `By ${name.toLowerCase()}`])))
    this.content = h('div.stack')
    show(this, heading('Usage', h('button', { type: 'button', onclick: () => this.#save() }, 'Export CSV')), this.form, this.content)
    this.#load()
  }

  disconnectedCallback() {
    this.#left.abort()
  }

  get #values() {
    return Object.fromEntries(new FormData(this.form))
  }

  #change(name) {
    remember(this.#values)
    if (name === 'span') this.#load()
    else this.#draw()
  }

  async #load() {
    const { signal } = this.#left
    const number = ++this.#asked
    const range = { start_date: bookDate(Number(this.#values.span) - 1), end_date: bookDate(0) }
    try {
      const found = await get(query('/user/daily/activity/aggregated', range), { signal })
      if (session.state.sees_all) await this.#addTeams(found.results, range, signal)
      // Other days were chosen before these had come.
      if (number !== this.#asked) return
      this.#results = found.results
      this.#total = found.metadata
      this.#draw()
    } catch (error) {
      if (!signal.aborted && number === this.#asked) show(this.content, fault(error))
    }
  }

  /** The sums of teams are kept apart from those of keys. */
  async #addTeams(results, range, signal) {
    const teams = await get(query('/team/daily/activity', { ...range, page_size: 1000 }), { signal }).catch(() => ({ results: [] }))
    const byDate = new Map(teams.results.map((one) => [one.date, one.breakdown.entities]))
    for (const day of results) day.breakdown.entities = byDate.get(day.date) ?? {}
  }

  #draw() {
    if (!this.#results) return
    const { cut, measure, span } = this.#values
    const total = this.#total
    if (!total.total_api_requests) {
      return show(this.content, empty('Nothing was used in these days.', 'Requests are counted as soon as they end, where there is a store (drover.store).', h('a.button', { href: '/ui/playground' }, 'Open the playground')))
    }
    const saved = total.total_compared_spend - total.total_spend
    const rows = sums(this.#results, cut)
    const hasCost = rows.some((one) => one.spend > 0)
    const say = measure === 'spend' ? dollars : short
    const days = series(this.#results, cut, measure, Number(span))
    const isEmpty = days.every((one) => [...one.parts.values()].every((value) => !value))
    show(this.content,
      h('dl.headline', figure('Requests', count(total.total_api_requests)), figure('Failed', total.total_failed_requests ? count(total.total_failed_requests) : ''),
        figure('Tokens', short(total.total_total_tokens)), figure('Spend', dollars(total.total_spend)),
        total.total_compared_spend > 0 && figure('In a cloud', dollars(total.total_compared_spend), 'The same tokens at the model of drover.compare_with'),
        saved > 0 && figure('Saved', dollars(saved))),
      h('section.card', isEmpty
        ? empty(`No ${MEASURES[measure].name.toLowerCase()} in these days.`, measure === 'spend' ? 'Models of your own boxes cost nothing unless they are given a price. Look at tokens or requests.' : 'Look at another measure.')
        : chart(`${MEASURES[measure].name} by ${CUTS[cut].toLowerCase()}`, days, say)),
      h('section.card', h('h2', `By ${CUTS[cut].toLowerCase()}`), table(`Sums by ${CUTS[cut].toLowerCase()}`, [
        { name: CUTS[cut], cell: (one) => one.name || '–' }, { name: 'Requests', isNumber: true, cell: (one) => count(one.requests) },
        { name: 'Failed', isNumber: true, cell: (one) => (one.failed ? count(one.failed) : '') },
        { name: 'Prompt tokens', isNumber: true, cell: (one) => count(one.input) }, { name: 'Answer tokens', isNumber: true, cell: (one) => count(one.output) },
        ...(hasCost ? [{ name: 'Spend', isNumber: true, cell: (one) => dollars(one.spend) }] : []),
        ...(total.total_compared_spend > 0 ? [{ name: 'In a cloud', isNumber: true, cell: (one) => dollars(one.compared) }] : []),
      ], rows)))
  }

  #save() {
    const { cut, span } = this.#values
    const all = this.#results ?? []
    const rows = all.flatMap((day) => sums([day], cut, all).map((one) =>
      [day.date, one.name, one.requests, one.failed, one.input, one.output, one.spend, one.compared]))
    save(`drover-${CUTS[cut].toLowerCase()}-${span}-days.csv`, csv(['day_utc', CUTS[cut].toLowerCase(), 'requests', 'failed', 'prompt_tokens', 'completion_tokens', 'spend', 'compared_spend'], rows))
  }
}

customElements.define('usage-page', UsagePage)
export default 'usage-page'

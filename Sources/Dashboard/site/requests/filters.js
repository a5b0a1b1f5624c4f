// The filters above the list of requests.

import { h } from '../lib/dom.js'

const SPANS = { '': 'Any time', hour: 'Last hour', day: 'Last 24 hours', week: 'Last 7 days' }
const HOURS = { hour: 1, day: 24, week: 168 }

export class Filters {
  /**
   * @param keys  the names of keys by their hashes
   * @param onChange  called with the values when one has changed
   */
  constructor(values, models, keys, onChange) {
    const select = (name, label, choices) => h('select', { name, 'aria-label': label, onchange: () => this.#tell() },
      choices.map(([value, text]) => h('option', { value, selected: values.get(name) === value }, text)))
    // One that is asked for by the address, and is not listed (any more), is a choice all the same: else all would be shown in its place.
    const listed = (name, choices) => {
      const wanted = values.get(name)
      return !wanted || choices.some(([value]) => value === wanted) ? choices : [...choices, [wanted, wanted]]
    }
    this.onChange = onChange
    this.element = h('form.toolbar', { role: 'search', 'aria-label': 'Filter requests', onsubmit: (event) => { event.preventDefault(); this.#tell() } },
      select('model', 'Model', listed('model', [['', 'All models'], ...models.map((name) => [name, name])])),
      (keys.size > 0 || values.get('key')) && select('key', 'Key', listed('key', [['', 'All keys'], ...keys])),
      select('status', 'Outcome', [['', 'All outcomes'], ['success', 'Succeeded'], ['failure', 'Failed']]),
      select('span', 'Time', Object.entries(SPANS)),
      h('input', { type: 'search', name: 'call', value: values.get('call') ?? '', placeholder: 'Call id', 'aria-label': 'Call id', onchange: () => this.#tell() }))
  }

  get values() {
    return Object.fromEntries(new FormData(this.element))
  }

  /** As the route is asked. */
  get query() {
    const { model, key, status, span, call } = this.values
    const since = HOURS[span] && new Date(Date.now() - HOURS[span] * 3_600_000).toISOString()
    return { model, api_key: key, status_filter: status, call_id: call.trim(), start_date: since }
  }

  #tell() {
    this.onChange(this.values)
  }
}

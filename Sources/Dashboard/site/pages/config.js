// The configuration in force, what is to be said of it, and reading it anew.

import { get, post } from '../lib/api.js'
import { h, show } from '../lib/dom.js'
import { session } from '../lib/session.js'
import { fault, heading } from '../parts/bits.js'
import { confirm, toast } from '../parts/dialog.js'

class ConfigPage extends HTMLElement {
  #left = new AbortController()

  connectedCallback() {
    show(this, heading('Config'))
    this.#load()
  }

  disconnectedCallback() {
    this.#left.abort()
  }

  async #load() {
    try {
      const found = await get('/config', { signal: this.#left.signal })
      show(this,
        heading('Config', found.reloads && session.state.changes_all && h('button', { type: 'button', onclick: () => this.#reload() }, 'Read the file anew')),
        findings(found.warnings),
        h('div.settings', found.sections.map((section) => h('section.card', h('h2', section.title), h('dl.rows', section.rows.map((row) => [h('dt', row.name), h('dd', row.value)]))))))
    } catch (error) {
      if (!this.#left.signal.aborted) show(this, heading('Config'), fault(error))
    }
  }

  #reload() {
    confirm({
      title: 'Read the configuration anew?', verb: 'Read it',
      effect: ['The file is checked first: with a fault in it, everything stays as it is.', 'Requests under way go on by the old one.'],
      act: async () => {
        const answer = await post('/config/reload')
        toast(answer.message ?? 'The configuration was read anew.')
        this.#load()
      },
    })
  }
}

function findings(warnings) {
  return h('section.card', h('h2', 'Findings'), warnings.length
    ? h('ul.findings', warnings.map((one) => h('li.warning', one)))
    : h('p.word-good', 'There is nothing to say about it: no warning was found.'))
}

customElements.define('config-page', ConfigPage)
export default 'config-page'

// Chat with any model through the gateway; two side by side, if one likes.

import { get } from '../lib/api.js'
import { h, say, show } from '../lib/dom.js'
import { empty, fault, field, heading } from '../parts/bits.js'
import { Lane } from '../playground/lane.js'

class PlaygroundPage extends HTMLElement {
  #lanes = []
  #left = new AbortController()

  async connectedCallback() {
    show(this, heading('Playground'))
    try {
      const models = (await get('/v1/models', { signal: this.#left.signal })).data.map((one) => one.id)
      if (models.length) this.#draw(models)
      else this.append(empty('There is no model to talk to.', 'Add one to model_list, or ask for a key that may use one.'))
    } catch (error) {
      if (!this.#left.signal.aborted) this.append(fault(error))
    }
  }

  disconnectedCallback() {
    this.#left.abort()
    this.#lanes.forEach((lane) => lane.stop())
  }

  #draw(models) {
    const lanes = h('div.lanes')
    const text = h('textarea', { rows: 2, 'aria-label': 'Message', placeholder: 'Message. Enter sends, Shift and Enter begin a new line.', onkeydown: (event) => this.#key(event) })
    const sendButton = h('button.primary', { type: 'submit' }, 'Send')
    const second = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => this.#two(models, lanes, second) }, 'Compare two')
    this.settings = {
      system: h('textarea', { rows: 2 }), temperature: h('input', { type: 'number', min: 0, max: 2, step: 0.1 }), max_tokens: h('input', { type: 'number', min: 1 }),
    }
    this.form = h('form.ask', { onsubmit: (event) => this.#send(event, text, sendButton) }, text, sendButton)
    const wanted = this.query.get('model')
    this.#lanes = [new Lane(models, models.includes(wanted) ? wanted : models[0])]
    show(lanes, this.#lanes[0].element)
    show(this, heading('Playground', second, h('button', { type: 'button', onclick: () => this.#lanes.forEach((lane) => lane.clear()) }, 'New chat')),
      lanes, this.form,
      h('details', h('summary', 'Settings'), h('div.fields', field('System prompt', this.settings.system),
        field('Temperature', this.settings.temperature, 'Empty: the model’s own'), field('Tokens at most', this.settings.max_tokens, 'Empty: no limit'))))
    text.focus()
  }

  #two(models, lanes, button) {
    if (this.#lanes.length === 1) this.#lanes.push(new Lane(models, models[1] ?? models[0]))
    else this.#lanes.pop().stop()
    button.setAttribute('aria-pressed', String(this.#lanes.length === 2))
    show(lanes, this.#lanes.map((lane) => lane.element))
    lanes.classList.toggle('two', this.#lanes.length === 2)
  }

  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    this.form.requestSubmit()
  }

  async #send(event, text, button) {
    event.preventDefault()
    if (this.#lanes.some((lane) => lane.isRunning)) return this.#lanes.forEach((lane) => lane.stop())
    const said = text.value.trim()
    if (!said) return
    text.value = ''
    say(button, 'Stop')
    const number = (input) => (input.value === '' ? undefined : Number(input.value))
    const settings = { temperature: number(this.settings.temperature), max_tokens: number(this.settings.max_tokens) }
    await Promise.all(this.#lanes.map((lane) => lane.ask(said, settings, this.settings.system.value.trim())))
    say(button, 'Send')
    text.focus()
  }
}

customElements.define('playground-page', PlaygroundPage)
export default 'playground-page'

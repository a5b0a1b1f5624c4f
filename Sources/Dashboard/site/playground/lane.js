// A conversation with one model.

import { h, say, show } from '../lib/dom.js'
import { count, figure, milliseconds } from '../lib/format.js'
import { chat } from './chat.js'

export class Lane {
  #messages = []
  #list = h('ol.messages', { 'aria-live': 'polite', 'aria-relevant': 'additions' })
  #running = null

  constructor(models, chosen) {
    this.model = h('select', { 'aria-label': 'Model' }, models.map((name) => h('option', { value: name, selected: name === chosen }, name)))
    this.element = h('section.lane.card', h('header', this.model), this.#list)
    this.clear()
  }

  get isRunning() {
    return this.#running !== null
  }

  clear() {
    this.stop()
    this.#messages = []
    show(this.#list, h('li.hint', 'Write something below. The answer shows which box gave it, and how fast.'))
  }

  stop() {
    this.#running?.abort()
  }

  async ask(text, settings, system) {
    const messages = this.#messages
    if (!messages.length) show(this.#list)
    messages.push({ role: 'user', content: text })
    this.#list.append(h('li.from-user', h('p', text)))
    const parts = { text: h('p.text'), thinking: h('p.text'), told: h('p.told', { role: 'status' }) }
    const thought = h('details.thought', { hidden: true }, h('summary', 'Thinking'), parts.thinking)
    this.#list.append(h('li.from-model', thought, parts.text, parts.told))
    this.#running = new AbortController()
    say(parts.told, 'Waiting for a box')
    try {
      await this.#read(parts, thought, settings, system)
    } catch (error) {
      const isStopped = this.#running.signal.aborted
      say(parts.told, isStopped ? 'Stopped.' : error.message)
      parts.told.classList.toggle('error', !isStopped)
    }
    // An answer without a word is refused by some as a part of what was said.
    if (parts.text.textContent) messages.push({ role: 'assistant', content: parts.text.textContent })
    this.#running = null
  }

  async #read(parts, thought, settings, system) {
    const messages = system ? [{ role: 'system', content: system }, ...this.#messages] : this.#messages
    let box = ''
    for await (const piece of chat(this.model.value, messages, settings, this.#running.signal)) {
      const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40
      switch (piece.kind) {
        case 'box':
          box = piece.box ?? 'a cloud'
          say(parts.told, box)
          break
        case 'thinking':
          thought.hidden = false
          parts.thinking.append(piece.text)
          break
        case 'text':
          parts.text.append(piece.text)
          break
        case 'end':
          say(parts.told, [
            box, piece.firstToken === null ? '' : `first token ${milliseconds(piece.firstToken)}`, piece.speed ? `${figure(piece.speed)} tokens/s` : '',
            piece.usage ? `${count(piece.usage.prompt_tokens)} → ${count(piece.usage.completion_tokens)} tokens` : '', milliseconds(piece.took),
          ].filter(Boolean).join(' · '))
      }
      if (isAtEnd) this.#list.scrollTop = this.#list.scrollHeight
    }
  }
}

// One box. The fill says how much it is used, and the outline says that something is wrong with it.

import { h, say, show } from '../lib/dom.js'
import { ago, bytes, count, figure as digits, milliseconds, plural, time } from '../lib/format.js'
import { figure, table } from '../parts/bits.js'
import { Spark } from '../parts/spark.js'
import { ask } from './actions.js'
import { Past } from './past.js'
import { loadWhy } from './why.js'
import { nextStep, stateOf } from './words.js'

export class BoxCard {
  #said = ''
  #name = h('h3')
  #state = h('span.state')
  #trouble = h('p.trouble')
  #use = h('div.slots')
  #useText = h('p.use-text')
  #loaded = h('ul.chips', { 'aria-label': 'Loaded models' })
  #figures = h('dl.figures')
  #spark = new Spark('Time to the first token')
  #measured = h('div.measured', this.#figures, this.#spark.element)
  #probe = h('p.probe')
  #button = h('button', { type: 'button', onclick: () => ask(this.row.draining ? 'undrain' : 'drain', this.row, this.pool()) })
  #models = h('div')
  #why = h('div')
  #past = h('div.stack')
  #more = h('details', { ontoggle: () => this.#open() }, h('summary', 'Models, latest decisions and the last day'), this.#models, this.#why, this.#past)

  /** @param pool  gives the state of the whole pool, for the effect of an action */
  constructor(pool, mayChange) {
    this.pool = pool
    this.element = h('article.box', { tabindex: -1 },
      h('header', this.#name, this.#state), this.#trouble,
      h('div.use', this.#use, this.#useText), this.#loaded,
      this.#measured,
      h('footer', this.#probe, mayChange && this.#button), this.#more)
  }

  update(box) {
    this.row = box
    this.#spark.update(box.first_tokens, `Time to the first token lately: ${milliseconds(box.first_token_ms)}`)
    this.tick()
    if (this.#more.open) this.#tell()
    // A look at a box changes its time and nothing else: of hundreds most are as they were.
    const said = JSON.stringify({ ...box, last_probe: null, instance_row: null, deployments: null, first_tokens: null })
    if (said !== this.#said) this.#draw(box)
    this.#said = said
  }

  #draw(box) {
    const { word, trouble } = stateOf(box.state)
    const isDrained = box.state === 'draining' && box.in_flight === 0
    this.element.dataset.state = box.state
    this.element.dataset.trouble = trouble ?? ''
    say(this.#name, box.instance)
    this.#name.title = box.api_base
    say(this.#state, isDrained ? 'Drained' : word)
    this.#tellTrouble(box)
    this.#tellUse(box)
    // Of a box that does not answer the last figures would say nothing.
    const isDown = box.state === 'down'
    show(this.#loaded, isDown ? [] : box.loaded.map(chip))
    this.#measured.hidden = isDown
    show(this.#figures,
      figure('First token', milliseconds(box.first_token_ms), 'Recent mean over its models'),
      figure('Tokens/s', digits(box.tokens_per_second), 'While writing, recent mean'),
      figure('Waiting', box.waiting ? count(box.waiting) : '', 'Requests that wait for one of its models'),
      figure('Failed', box.failures ? `${count(box.failures)} of ${count(box.requests)}` : '', 'Attempts since the gateway began'))
    say(this.#button, box.draining ? 'Undrain' : 'Drain')
    this.#button.setAttribute('aria-label', `${this.#button.textContent} ${box.instance}`)
  }

  /** Says anew what depends on the time alone. */
  tick() {
    const probe = this.row.last_probe
    if (!probe) return say(this.#probe, this.row.provider === 'ollama' ? 'Not looked at yet' : this.row.provider)
    const version = this.row.ollama_version ? `Ollama ${this.row.ollama_version} · ` : ''
    say(this.#probe, `${version}looked at ${ago(probe.at)}${probe.ok ? '' : ', no answer'}`)
    this.#probe.title = probe.ok ? `It answered in ${milliseconds(probe.latency_ms)}` : probe.error ?? ''
  }

  #tellTrouble(box) {
    const breaker = box.breakers.find((one) => one.breaker === 'open') ?? box.breakers[0]
    const why = box.state === 'draining' ? null : box.reason ?? (breaker && `The breaker of ${breaker.model_name} is ${breaker.breaker.replace('_', ' ')}.`)
    const step = nextStep(box)
    show(this.#trouble, why && h('strong', why.charAt(0).toUpperCase() + why.slice(1)), step && h('span', step))
    this.#trouble.hidden = !why && !step
  }

  #tellUse(box) {
    const slots = box.slots ?? 0
    this.#use.parentElement.hidden = box.state === 'down'
    this.#use.hidden = !slots
    if (this.#use.childElementCount !== Math.min(slots, 32)) {
      show(this.#use, Array.from({ length: Math.min(slots, 32) }, () => h('i')))
    }
    const filled = slots > 32 ? Math.round((box.in_flight / slots) * 32) : box.in_flight
    ;[...this.#use.children].forEach((one, place) => one.toggleAttribute('data-used', place < filled))
    const use = slots ? `${count(box.in_flight)} of ${plural(slots, 'slot')} in use` : box.in_flight ? `${count(box.in_flight)} in flight` : 'Idle'
    say(this.#useText, box.vram ? `${use} · ${bytes(box.vram)} of VRAM` : use)
  }

  #open() {
    if (!this.#more.open) return
    this.#tell()
    loadWhy(this.#why, this.row.instance)
    new Past(this.#past, this.row.instance).load()
  }

  #tell() {
    const columns = [
      { name: 'Model', cell: (one) => h('span', one.model_name, h('small.muted', one.model)) },
      { name: 'State', cell: (one) => stateOf(one.state).word },
      { name: 'In flight', isNumber: true, cell: (one) => count(one.in_flight) },
      { name: 'First token', isNumber: true, cell: (one) => milliseconds(one.time_to_first_token_ms) },
      { name: 'Tokens/s', isNumber: true, cell: (one) => digits(one.tokens_per_second) },
      { name: 'Load', isNumber: true, cell: (one) => (one.learned?.load_s ? `${digits(one.learned.load_s)} s` : '') },
      { name: 'Breaker', cell: (one) => one.breaker.replace('_', ' ') },
    ]
    const seen = this.row.first_tokens.filter((value) => value !== null).slice(-10)
    show(this.#models, table(`Models on ${this.row.instance}`, columns, this.row.deployments),
      seen.length > 1 && h('p.muted', `First token lately: ${seen.map(milliseconds).join(', ')}`))
  }
}

function chip(one) {
  const size = one.size_vram ? ` ${bytes(one.size_vram)}` : ''
  const until = one.expires_at ? `unloaded at ${time(one.expires_at)}` : ''
  const context = one.context_length ? `${count(one.context_length)} tokens of context, ` : ''
  return h('li', { title: context + until }, one.model, size && h('small', size))
}

// Every state of every part, from figures that are made up: one page to look at, to photograph and to check.

import { h, show } from '../lib/dom.js'
import { dollars } from '../lib/format.js'
import { bar, empty, fault, heading, table } from '../parts/bits.js'
import { confirm, toast } from '../parts/dialog.js'
import { budget, limits, models } from '../keys/budget.js'
import { showSecret } from '../keys/secret.js'
import { effectOfDrain } from '../pool/actions.js'
import { BoxCard } from '../pool/card.js'
import { showMatrix } from '../pool/matrix.js'
import { Past } from '../pool/past.js'
import { showQueue } from '../pool/queue.js'
import { PoolState } from '../pool/state.js'
import { showWhy } from '../pool/why.js'
import { decision } from '../requests/decision.js'
import { read } from '../requests/row.js'
import { timeline } from '../requests/timeline.js'
import { conversation } from '../requests/words.js'
import { DAYS, DECISION, OWNERS, REQUEST, SAID } from '../states/books.js'
import { MODELS, PAST, POOL, WHY } from '../states/pool.js'
import { chart } from '../usage/chart.js'

class StatesPage extends HTMLElement {
  connectedCallback() {
    const request = read(REQUEST)
    show(this, heading('All states'), h('p.muted', 'Every state of every part, from figures that are made up. Nothing here touches the pool.'),
      this.#boxes(), this.#pool(),
      section('A request', timeline(request, DECISION), decision(DECISION)),
      section('A request of which no decision is known', timeline(request, null)),
      section('What was said', conversation(SAID)), section('What was asked, without an answer', conversation({ ...SAID, response: {} })),
      section('Budgets', table('Budgets', [
        { name: 'Team', cell: (one) => one.name }, { name: 'Budget', cell: budget }, { name: 'Models', cell: models }, { name: 'Limits', cell: limits },
      ], OWNERS)),
      section('Usage', chart('Spend by model', DAYS, dollars)),
      section('Bars', [0, 0.3, 1].map((share) => bar(share, `${share * 100} % used`)), bar(0.95, 'nearly spent', 'warn'), bar(1, 'spent', 'bad')),
      section('Words', fault(new Error('the gateway does not answer')), h('p.warning', 'A warning of the configuration.'),
        ['Connecting', 'Live', 'Trying again', 'Away'].map((text, place) => h('p', h('span.live', { 'data-kind': ['', 'good', 'warn', 'bad'][place] }, text))),
        empty('No request yet.', 'Point a client at this gateway, or try the playground.', h('a.button', { href: '/ui/playground' }, 'Open the playground'))),
      section('Controls', h('div.actions', h('button', { type: 'button' }, 'Plain'), h('button.primary', { type: 'button' }, 'Primary'), h('button.grave', { type: 'button' }, 'Grave'),
        h('button', { type: 'button', disabled: true }, 'Off'), h('button.filter', { type: 'button', 'aria-pressed': 'true' }, 'Chosen')),
        h('div.actions', h('button', { type: 'button', onclick: () => this.#ask() }, 'Ask'), h('button', { type: 'button', onclick: () => showSecret('sk-0123456789abcdef', 'of the example') }, 'Show a new key'),
          ['good', 'note', 'bad'].map((kind) => h('button', { type: 'button', onclick: () => toast(`It went ${kind}.`, kind) }, `Say ${kind}`)))))
  }

  #boxes() {
    const state = new PoolState()
    state.take({ name: 'pool', data: JSON.stringify(POOL) })
    for (let step = 0; step < 24; step += 1) {
      const ms = 150 + ((step * 53) % 120)
      state.take({ name: 'change', data: JSON.stringify({ instances: {}, deployments: { 0: { ...POOL.deployments[0], time_to_first_token_ms: ms } } }) })
    }
    return h('div.boxes', state.boxes().map((box) => {
      const card = new BoxCard(() => POOL, true)
      card.update(box)
      return card.element
    }))
  }

  #pool() {
    const queue = h('section.card')
    showQueue(queue, POOL.models)
    const [matrix, none] = [h('div'), h('div')]
    showMatrix(matrix, MODELS, true, () => {})
    showMatrix(none, { boxes: [], models: [] }, true, () => {})
    const past = h('div.stack')
    new Past(past, PAST.instance).show(PAST)
    const [why, untold] = [h('div'), h('div')]
    showWhy(why, WHY)
    showWhy(untold, { ...WHY, decisions: [] })
    return [section('Latest decisions about a box', why, untold), section('The last day of a box', past), queue, section('Models', matrix), section('No models', none)]
  }

  #ask() {
    const box = { ...POOL.instances[0], deployments: [POOL.deployments[0]] }
    confirm({ title: `Drain ${box.instance}?`, verb: 'Drain', effect: effectOfDrain(box, POOL), act: async () => { throw new Error('nothing is drained on this page') } })
  }
}

function section(title, ...content) {
  return h('section.card.stack', h('h2', title), content)
}

customElements.define('states-page', StatesPage)
export default 'states-page'

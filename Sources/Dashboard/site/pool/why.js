// Why a box got the latest requests of its models, or did not.

import { get, query } from '../lib/api.js'
import { h, show } from '../lib/dom.js'
import { figure, time } from '../lib/format.js'
import { table } from '../parts/bits.js'
import { TERMS } from '../requests/decision.js'

/** Fills a place with the latest decisions about a box. */
export async function loadWhy(place, instance) {
  try {
    showWhy(place, await get(query('/pool/decisions', { instance, limit: 10 })))
  } catch (error) {
    show(place, h('p.muted', error.message))
  }
}

/** @param answer  that of `/pool/decisions` */
export function showWhy(place, answer) {
  const { instance, decisions } = answer
  if (!decisions.length) return show(place, h('p.muted', 'No request of its models was decided lately.'))
  show(place, table(`Latest decisions about ${instance}`, [
    { name: 'When', cell: (one) => time(one.at) },
    { name: 'Model', cell: (one) => one.model },
    { name: 'Went to', cell: (one) => (one.chosen === instance ? h('b', 'this box') : one.chosen) },
    { name: 'This box', isNumber: true, cell: (one) => number(one, one.standing.total) },
    { name: 'Chosen', isNumber: true, cell: (one) => number(one, one.best) },
    { name: 'Because', cell: because },
  ], decisions))
}

function number({ standing, strategy }, value) {
  if (value === null || value === undefined) return ''
  return standing.terms || strategy === 'soonest' ? `${figure(value)} s` : figure(value)
}

function because({ standing, strategy, chosen, way }) {
  if (standing.out) return `Not asked: ${standing.out}.`
  if (way === 'retry') return 'Another box had failed.'
  if (way === 'trial') return chosen === standing.instance ? 'A trial, after a failure.' : 'The other box was on trial.'
  const most = standing.terms && TERMS.toSorted((left, right) => standing.terms[right] - standing.terms[left])[0]
  const part = most && standing.terms[most] > 0 ? `, most of it ${most}` : ''
  return `${strategy} takes the lowest${part}.`
}

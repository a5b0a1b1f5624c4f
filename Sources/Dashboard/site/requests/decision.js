// Why a request went where it went: the boxes that it could have gone to, and the number that the strategy compared.

import { h } from '../lib/dom.js'
import { figure, milliseconds, time } from '../lib/format.js'
import { table } from '../parts/bits.js'

/** The parts of a predicted time. */
export const TERMS = ['wait', 'load', 'eviction', 'prefill', 'harm', 'overwrite']
const WAYS = {
  best: 'it was the best', queue: 'it was the best when its turn came', retry: 'another one had failed', trial: 'it was on trial',
}

export function decision(report) {
  return report.attempts.map((one, place) => h('section.attempt',
    h('h3', `Attempt ${place + 1}: ${one.instance}`),
    h('p', `${one.strategy} chose it at ${time(one.at)}, as ${WAYS[one.way] ?? one.way}. It ${ended(one.outcome)}.${compared(one)}`),
    table(`Boxes at attempt ${place + 1}`, columns(one), [...one.candidates].sort(byTotal))))
}

function columns(attempt) {
  const hasTerms = attempt.candidates.some((one) => one.terms)
  return [
    { name: 'Box', cell: (one) => (one.instance === attempt.instance ? h('b', `${one.instance} (chosen)`) : one.instance) },
    { name: 'In flight', isNumber: true, cell: (one) => one.in_flight },
    { name: hasTerms ? 'Seconds' : 'Compared', isNumber: true, cell: (one) => figure(one.total) },
    ...(hasTerms ? TERMS : []).map((term) => ({ name: term, isNumber: true, cell: (one) => (one.terms?.[term] ? figure(one.terms[term]) : '') })),
    { name: 'Out because', cell: (one) => one.out ?? '' },
  ]
}

function byTotal(left, right) {
  return (left.total ?? Infinity) - (right.total ?? Infinity)
}

function ended(outcome) {
  if (outcome === 'running') return 'is under way'
  return outcome === 'ignored' ? 'says nothing about the box: the client left, or was at fault' : outcome
}

function compared({ predicted, actual }) {
  if (!predicted?.first_token_s || !actual?.first_token_s) return ''
  return ` First token after ${milliseconds(actual.first_token_s * 1000)}; ${milliseconds(predicted.first_token_s * 1000)} was predicted.`
}

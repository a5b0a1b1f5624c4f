// A budget and how much of it is used. Near its end it is told so; a budget that is used is no fault.

import { h } from '../lib/dom.js'
import { dollars, time } from '../lib/format.js'
import { bar } from '../parts/bits.js'

const WARN = 0.9

/** @param owner  a key's or a team's row */
export function budget(owner) {
  const most = owner.max_budget
  if (most === null || most === undefined) return h('span', dollars(owner.spend), h('small.muted', 'no budget'))
  const share = most > 0 ? owner.spend / most : 1
  const kind = share >= 1 ? 'bad' : share >= WARN ? 'warn' : 'use'
  const window = owner.budget_reset_at ? `anew ${time(owner.budget_reset_at)}` : owner.budget_duration ? `for ${owner.budget_duration}` : ''
  const words = share >= 1 ? 'spent: requests are refused' : share >= WARN ? 'nearly spent' : ''
  return h('div.budget', h('span', `${dollars(owner.spend)} of ${dollars(most)}`), bar(share, `${Math.round(share * 100)} % of the budget is used`, kind),
    (words || window) && h('small.muted', [words, window].filter(Boolean).join(', ')))
}

/** The limits by the minute, in words. */
export function limits(owner) {
  return [
    owner.rpm_limit && `${owner.rpm_limit.toLocaleString()} requests/min`, owner.tpm_limit && `${owner.tpm_limit.toLocaleString()} tokens/min`,
    owner.max_parallel_requests && `${owner.max_parallel_requests} at once`,
  ].filter(Boolean).join(', ')
}

export function models(owner) {
  return owner.models?.length ? owner.models.join(', ') : 'all'
}

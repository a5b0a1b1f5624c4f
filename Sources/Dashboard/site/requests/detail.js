// One request opened: its time, its tokens and cost, and why it went where it went.

import { get } from '../lib/api.js'
import { h, show } from '../lib/dom.js'
import { count, dollars, figure as digits, fullTime, milliseconds } from '../lib/format.js'
import { session } from '../lib/session.js'
import { figure } from '../parts/bits.js'
import { open } from '../parts/dialog.js'
import { decision } from './decision.js'
import { outcome } from './row.js'
import { conversation } from './words.js'
import { timeline } from './timeline.js'

export function openRequest(row, onclose) {
  const time = h('div.stack', timeline(row, null))
  const why = h('div.stack')
  const said = h('div.stack')
  open(`${row.asked || row.answered || 'Request'} · ${outcome(row)}`, [
    h('dl.figures', facts(row)), h('h3', 'Time'), time, said, why,
  ], { wide: true, onclose })
  read(row, said)
  if (session.state.sees_all && row.call) tell(row, time, why)
}

function facts(row) {
  return [
    figure('At', fullTime(row.start)), figure('Box', row.box), figure('Answered by', row.answered),
    figure('Key', row.key), figure('Team', row.team), figure('User', row.user || row.customer),
    figure('Prompt', row.input ? `${count(row.input)} tokens` : ''), figure('Answer', row.output ? `${count(row.output)} tokens` : ''),
    figure('Speed', row.speed ? `${digits(row.speed)} tokens/s` : ''), figure('First token', milliseconds(row.firstToken)),
    figure('Whole', milliseconds(row.took)), figure('Attempts', row.attempts > 1 ? row.attempts : ''), figure('Fallbacks', row.fallbacks || ''),
    figure('Cost', row.cost ? dollars(row.cost) : ''), figure('In a cloud', row.compared ? dollars(row.compared) : '', 'The same at the model of drover.compare_with'),
    figure('Labels', row.tags?.length ? row.tags.join(', ') : ''), figure('From', row.address), figure('Call', row.call),
  ]
}

async function tell(row, time, why) {
  try {
    const report = await get(`/decisions/${encodeURIComponent(row.call)}`)
    show(time, timeline(row, report))
    show(why, h('h3', 'Why this box'), decision(report))
  } catch (error) {
    show(why, h('p.muted', error.status === 404 ? 'Why it went there is not known any more: decisions are kept of the latest requests only.' : error.message))
  }
}

/** What was said, where it is kept; else nothing. */
async function read(row, place) {
  try {
    show(place, conversation(await get(`/spend/logs/ui/${encodeURIComponent(row.id)}`)))
  } catch {
    show(place)
  }
}

// The forms that make a key or a team.

import { post } from '../lib/api.js'
import { h, show } from '../lib/dom.js'
import { field } from '../parts/bits.js'
import { open } from '../parts/dialog.js'
import { showSecret } from './secret.js'

const DURATIONS = [['', 'Never anew'], ['1d', 'Every day'], ['7d', 'Every week'], ['30d', 'Every month']]
const LIVES = [['', 'For ever'], ['1d', 'A day'], ['7d', 'A week'], ['30d', 'A month'], ['365d', 'A year']]

export function newKey(teams, onMade) {
  form('New key', 'Create key', (values) => ({
    key_alias: values.name, team_id: values.team, ...bounds(values), duration: values.life,
  }), [
    field('Name', text('name', { required: true })),
    teams.length > 0 && field('Team', choice('team', [['', 'No team'], ...teams.map((one) => [one.team_id, one.team_alias ?? one.team_id])])),
    ...boundFields(), field('Good for', choice('life', LIVES)),
  ], async (body) => {
    const made = await post('/key/generate', body)
    onMade()
    return () => showSecret(made.key, made.key_alias)
  })
}

export function newTeam(onMade) {
  form('New team', 'Create team', (values) => ({ team_alias: values.name, ...bounds(values) }), [
    field('Name', text('name', { required: true })), ...boundFields(),
  ], async (body) => {
    await post('/team/new', body)
    onMade()
  })
}

function boundFields() {
  return [
    field('Models', text('models', { placeholder: 'llama3, mistral' }), 'Names with commas; empty: all'),
    field('Budget in dollars', number('budget', 'any')), field('Budget begins anew', choice('window', DURATIONS)),
    field('Requests a minute', number('rpm', 1)), field('Tokens a minute', number('tpm', 1)),
  ]
}

function bounds(values) {
  const amount = (value) => (value === '' ? undefined : Number(value))
  return {
    models: values.models.split(',').map((one) => one.trim()).filter(Boolean), max_budget: amount(values.budget), budget_duration: values.window,
    rpm_limit: amount(values.rpm), tpm_limit: amount(values.tpm),
  }
}

/** A dialog with a form. `make` sends it, and may give what is done once the dialog is closed. */
function form(title, verb, read, fields, make) {
  const error = h('p.error', { role: 'alert' })
  const button = h('button.primary', { type: 'submit' }, verb)
  const element = open(title, h('form.stack', {
    onsubmit: async (event) => {
      event.preventDefault()
      button.disabled = true
      show(error)
      try {
        const values = read(Object.fromEntries(new FormData(event.target)))
        const after = await make(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')))
        element.close()
        after?.()
      } catch (fault) {
        show(error, fault.message)
        button.disabled = false
      }
    },
  }, h('div.fields', fields), error, h('footer', h('button', { type: 'button', onclick: () => element.close() }, 'Cancel'), button)))
  element.querySelector('input')?.focus()
}

const text = (name, more) => h('input', { name, autocomplete: 'off', ...more })
const number = (name, step) => h('input', { name, type: 'number', min: 0, step })
const choice = (name, choices) => h('select', { name }, choices.map(([value, label]) => h('option', { value }, label)))

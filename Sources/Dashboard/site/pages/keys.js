// Keys and teams: what each may do, and how much of its budget is used.

import { get, query } from '../lib/api.js'
import { h, show } from '../lib/dom.js'
import { time } from '../lib/format.js'
import { session } from '../lib/session.js'
import { empty, fault, figure, heading, table } from '../parts/bits.js'
import { regenerate, removeKey, setBlocked, setTeamBlocked } from '../keys/actions.js'
import { budget, limits, models } from '../keys/budget.js'
import { newKey, newTeam } from '../keys/form.js'

class KeysPage extends HTMLElement {
  #left = new AbortController()
  #page = 1

  connectedCallback() {
    this.#load()
  }

  disconnectedCallback() {
    this.#left.abort()
  }

  async #load() {
    const who = session.state
    if (!who.requires_key) {
      return show(this, heading('Keys and teams'), empty('No key is asked for here, so none can be made.',
        'Set a master key (LITELLM_MASTER_KEY, or general_settings.master_key) and start the gateway again.'))
    }
    try {
      if (who.lists_keys) await this.#showAll(who)
      else show(this, heading('Your key'), own((await this.#get('/key/info')).info))
    } catch (error) {
      if (!this.#left.signal.aborted) show(this, heading('Keys and teams'), fault(error))
    }
  }

  #get(path) {
    return get(path, { signal: this.#left.signal })
  }

  async #showAll(who) {
    const [keys, teams] = await Promise.all([
      this.#get(query('/key/list', { return_full_object: true, size: 100, page: this.#page })), this.#get('/team/list').catch(() => []),
    ])
    const again = () => this.#load()
    show(this, heading('Keys and teams',
      who.changes_all && h('button', { type: 'button', onclick: () => newTeam(again) }, 'New team'),
      who.makes_keys && h('button.primary', { type: 'button', onclick: () => newKey(who.changes_all ? teams : [], again) }, 'New key')),
      teams.length > 0 && h('section.card', h('h2', 'Teams'), this.#teams(teams, who, again)),
      h('section.card', h('h2', 'Keys'), keys.keys.length ? this.#keys(keys.keys, teams, who, again)
        : empty('There is no key yet.', 'Make one for each person or program, with a budget and limits of its own.')),
      keys.total_pages > 1 && this.#pages(keys))
  }

  #teams(teams, who, again) {
    return table('Teams', [
      { name: 'Team', cell: (one) => [one.team_alias ?? one.team_id, one.blocked && h('small.word-bad', 'blocked')] },
      { name: 'Budget', cell: budget }, { name: 'Models', cell: models }, { name: 'Limits', cell: limits },
      ...(who.changes_all ? [{ name: 'Actions', cell: (one) => h('button', { type: 'button', onclick: () => setTeamBlocked(one, again) }, one.blocked ? 'Unblock' : 'Block') }] : []),
    ], teams)
  }

  #keys(keys, teams, who, again) {
    const names = new Map(teams.map((one) => [one.team_id, one.team_alias ?? one.team_id]))
    const button = (word, key, act) => h('button', { type: 'button', 'aria-label': `${word} ${key.key_alias ?? key.key_name}`, onclick: () => act(key, again) }, word)
    return table('Keys', [
      { name: 'Key', cell: (one) => [one.key_alias ?? one.key_name, h('small.muted', one.key_alias ? one.key_name : '')] },
      { name: 'State', cell: (one) => h('span', { class: one.status === 'active' ? 'word-good' : 'word-bad' }, one.status) },
      { name: 'Belongs to', cell: (one) => [names.get(one.team_id) ?? one.team_id, one.user_id].filter(Boolean).join(', ') || '–' },
      { name: 'Budget', cell: budget }, { name: 'Models', cell: models }, { name: 'Limits', cell: limits },
      { name: 'Ends', cell: (one) => (one.expires ? time(one.expires) : 'never') },
      ...(who.makes_keys ? [{ name: 'Actions', cell: (one) => h('div.actions', button(one.blocked ? 'Unblock' : 'Block', one, setBlocked), button('New secret', one, regenerate), button('Delete', one, removeKey)) }] : []),
    ], keys)
  }

  #pages(found) {
    const turn = (step, word) => h('button', { type: 'button', disabled: this.#page + step < 1 || this.#page + step > found.total_pages, onclick: () => { this.#page += step; this.#load() } }, word)
    return h('div.toolbar', turn(-1, 'Before'), h('span', `Page ${found.current_page} of ${found.total_pages}`), turn(1, 'Next'))
  }
}

/** One's own key, for those who may see no other. */
function own(key) {
  return h('section.card', h('dl.figures', figure('Key', key.key_alias ?? key.key_name), figure('State', key.status), figure('Budget', budget(key)),
    figure('Models', models(key)), figure('Limits', limits(key)), figure('Ends', key.expires ? time(key.expires) : 'never'), figure('Team', key.team_id), figure('User', key.user_id)))
}

customElements.define('keys-page', KeysPage)
export default 'keys-page'

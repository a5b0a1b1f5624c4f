// What can be done to a key or a team.

import { post } from '../lib/api.js'
import { confirm, toast } from '../parts/dialog.js'
import { showSecret } from './secret.js'

const nameOf = (key) => key.key_alias ?? key.key_name

export function setBlocked(key, onDone) {
  const verb = key.blocked ? 'Unblock' : 'Block'
  confirm({
    title: `${verb} ${nameOf(key)}?`, verb, isGrave: !key.blocked,
    effect: [key.blocked ? 'Its requests are served again.' : 'Its requests are refused from now on; those under way may end.'],
    act: () => change(`/key/${verb.toLowerCase()}`, { key: key.token }, `${nameOf(key)} is ${verb.toLowerCase()}ed.`, onDone),
  })
}

export function removeKey(key, onDone) {
  confirm({
    title: `Delete ${nameOf(key)}?`, verb: 'Delete', isGrave: true,
    effect: ['Its requests are refused from now on, and it cannot be brought back.', 'What it has spent stays in the books.'],
    act: () => change('/key/delete', { keys: [key.token] }, `${nameOf(key)} is deleted.`, onDone),
  })
}

export function regenerate(key, onDone) {
  confirm({
    title: `A new secret for ${nameOf(key)}?`, verb: 'Make a new one', isGrave: true,
    effect: ['The old one is refused from now on.', 'Its limits and what it has spent stay.'],
    act: async () => {
      const made = await post(`/key/${key.token}/regenerate`)
      onDone()
      showSecret(made.key, made.key_alias)
    },
  })
}

export function setTeamBlocked(team, onDone) {
  const name = team.team_alias ?? team.team_id
  const verb = team.blocked ? 'Unblock' : 'Block'
  confirm({
    title: `${verb} ${name}?`, verb, isGrave: !team.blocked,
    effect: [team.blocked ? 'Its keys are served again.' : 'All its keys are refused from now on.'],
    act: () => change(`/team/${verb.toLowerCase()}`, { team_id: team.team_id }, `${name} is ${verb.toLowerCase()}ed.`, onDone),
  })
}

async function change(path, body, words, onDone) {
  await post(path, body)
  toast(words)
  onDone()
}

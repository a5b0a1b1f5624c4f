// What can be done to a box. Its effect is said before it is done.

import { post, streamLines } from '../lib/api.js'
import { count, plural } from '../lib/format.js'
import { confirm, toast } from '../parts/dialog.js'

/** Asks whether a box is to be taken out, or put back. */
export function ask(verb, box, pool) {
  const word = verb === 'drain' ? 'Drain' : 'Undrain'
  confirm({
    title: `${word} ${box.instance}?`, verb: word, effect: verb === 'drain' ? effectOfDrain(box, pool) : effectOfUndrain(box),
    act: async () => {
      await post(`/pool/${encodeURIComponent(box.instance)}/${verb}`)
      toast(verb === 'drain' ? `${box.instance} gets nothing new.` : `${box.instance} is back.`)
    },
  })
}

/** What draining a box does to those who use it. */
export function effectOfDrain(box, pool) {
  const said = [
    box.in_flight
      ? `${plural(box.in_flight, 'request')} there may end; new ones go to other boxes.`
      : 'Nothing runs there now; new requests go to other boxes.',
  ]
  for (const one of box.deployments) {
    const others = pool.deployments.filter((other) => other.model_name === one.model_name && other.instance !== box.instance)
    const able = others.filter((other) => ['ready', 'full', 'unknown'].includes(other.state))
    if (!able.length) said.push(`${one.model_name} would have no box left: its requests fail, or fall back.`)
    else if (one.resident) {
      const cold = able.filter((other) => other.resident === false).length
      said.push(`${one.model_name} keeps ${plural(able.length, 'box', 'boxes')}${cold ? `, cold on ${count(cold)} of them` : ''}.`)
    }
  }
  return [...new Set(said)]
}

function effectOfUndrain(box) {
  const models = box.deployments.map((one) => one.model_name)
  return [`It gets requests again${models.length ? `: ${[...new Set(models)].join(', ')}` : ''}.`]
}

/** Asks whether a model is to be pulled on boxes; tells of it at the edge of the page. */
export function askPull(model, boxes, onEnd) {
  confirm({
    title: `Pull ${model}?`, verb: 'Pull',
    effect: [
      `${boxes.join(', ')} ${boxes.length === 1 ? 'downloads' : 'download'} it from Ollama's library; requests go on meanwhile.`,
      'Its size on the disk is that of the model. It ends when this window is closed.',
    ],
    act: async () => {
      toast(`${model} is pulled.`, 'note')
      pull(model, boxes).then(onEnd)
    },
  })
}

async function pull(model, boxes) {
  try {
    let last = {}
    for await (const line of streamLines('/api/pull', { model, boxes })) last = line
    if (last.error) throw new Error(last.error)
    toast(`${model} is there.`)
  } catch (fault) {
    toast(`${model} was not pulled: ${fault.message}`, 'bad')
  }
}

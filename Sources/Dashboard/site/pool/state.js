// The pool as the page knows it: the whole once, then the rows that change; and a short memory of each box.

const REMEMBERED = 60

export class PoolState {
  pool = null
  /** Times to the first token of each box, one for each event, the oldest first. */
  #memory = new Map()

  /** Takes an event of the stream. */
  take({ name, data }) {
    const news = JSON.parse(data)
    if (name === 'pool') this.pool = news
    else if (name === 'change' && this.pool) this.pool = merged(this.pool, news)
    this.#remember()
  }

  /** The boxes with what belongs to each. One that has not changed is the same object as before. */
  boxes() {
    const own = new Map(this.pool.instances.map((one) => [one.instance, []]))
    for (const one of this.pool.deployments) own.get(one.instance)?.push(one)
    return this.pool.instances.map((one) => this.#box(one, own.get(one.instance)))
  }

  #known = new Map()

  #box(instance, deployments) {
    const old = this.#known.get(instance.instance)
    const isSame = old && old.instance_row === instance && old.deployments.length === deployments.length
      && deployments.every((one, place) => one === old.deployments[place])
    if (isSame) return old
    const box = { ...instance, instance_row: instance, deployments, ...figures(instance, deployments) }
    box.first_tokens = this.#memory.get(instance.instance) ?? []
    this.#known.set(instance.instance, box)
    return box
  }

  #remember() {
    for (const box of this.boxes()) {
      const memory = this.#memory.get(box.instance) ?? []
      memory.push(box.first_token_ms)
      if (memory.length > REMEMBERED) memory.shift()
      this.#memory.set(box.instance, memory)
      box.first_tokens = memory
    }
  }
}

function merged(pool, news) {
  const { instances, deployments, ...rest } = news
  return { ...pool, ...rest, instances: patched(pool.instances, instances), deployments: patched(pool.deployments, deployments) }
}

function patched(rows, changes) {
  const places = Object.keys(changes)
  if (!places.length) return rows
  const next = [...rows]
  for (const place of places) next[place] = changes[place]
  return next
}

/** Sums and means over what a box serves. */
function figures(instance, deployments) {
  // Several names may stand for one model on a box: its slots count once.
  const slots = new Map()
  for (const one of deployments) {
    if (one.slots && (one.resident || one.in_flight)) slots.set(one.model, Math.max(slots.get(one.model) ?? 0, one.slots))
  }
  const used = deployments.filter((one) => one.requests > 0)
  const lacking = deployments.filter((one) => one.state === 'lacks_tag')
  const state = instance.state === 'ready' && lacking.length ? 'lacks_tag' : instance.state
  const total = [...slots.values()].reduce((sum, one) => sum + one, 0)
  return {
    state: state === 'ready' && total > 0 && instance.in_flight >= total ? 'full' : state,
    reason: instance.reason ?? (lacking[0] && state === 'lacks_tag' ? lacking[0].reason : null),
    slots: total || null,
    waiting: Math.max(0, ...deployments.map((one) => one.waiting)),
    first_token_ms: mean(used, 'time_to_first_token_ms'),
    tokens_per_second: mean(used, 'tokens_per_second'),
    vram: instance.loaded.reduce((sum, one) => sum + one.size_vram, 0),
    breakers: deployments.filter((one) => one.breaker !== 'closed'),
    requests: deployments.reduce((sum, one) => sum + one.requests, 0),
    failures: deployments.reduce((sum, one) => sum + one.failures, 0),
  }
}

/** By how often each is used; null where none is known. */
function mean(rows, name) {
  const known = rows.filter((one) => one[name] !== null)
  const weight = known.reduce((sum, one) => sum + one.requests, 0)
  return weight ? known.reduce((sum, one) => sum + one[name] * one.requests, 0) / weight : null
}

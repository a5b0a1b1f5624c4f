// The books of some days, cut by model, key, team or provider.

export const CUTS = { models: 'Model', api_keys: 'Key', entities: 'Team', providers: 'Provider' }
export const MEASURES = {
  spend: { name: 'Spend', read: (one) => one.spend }, tokens: { name: 'Tokens', read: (one) => one.total_tokens },
  requests: { name: 'Requests', read: (one) => one.api_requests },
}

/** A day as the books have it: midnight in UTC. */
export function bookDate(daysBack) {
  return new Date(Date.now() - daysBack * 86_400_000).toISOString().slice(0, 10)
}

function plainName(cut, key, part) {
  if (cut === 'api_keys') return key === 'litellm_proxy_master_key' ? 'Master key' : part.metadata.key_alias ?? `${key.slice(0, 10)}…`
  return cut === 'entities' ? part.metadata.team_alias ?? (key || 'No team') : key
}

/** The name of each part by its key. Where several have one name, as two teams may, each has its key behind it, so that none is taken for another. */
function namesOf(results, cut) {
  const names = new Map()
  for (const day of results) for (const [key, part] of Object.entries(day.breakdown[cut] ?? {})) names.set(key, plainName(cut, key, part))
  const times = new Map()
  for (const name of names.values()) times.set(name, (times.get(name) ?? 0) + 1)
  for (const [key, name] of names) if (times.get(name) > 1 && key !== name) names.set(key, `${name} (${key.slice(0, 13)})`)
  return names
}

/** Every day from the first to the last, those without a request too. */
export function series(results, cut, measure, span) {
  const known = new Map(results.map((one) => [one.date, one]))
  const names = namesOf(results, cut)
  return Array.from({ length: span }, (_, place) => {
    const date = bookDate(span - 1 - place)
    const parts = new Map()
    for (const [key, part] of Object.entries(known.get(date)?.breakdown[cut] ?? {})) {
      parts.set(names.get(key), MEASURES[measure].read(part.metrics))
    }
    return { date, parts }
  })
}

/**
 * One sum for each part, those that cost most first.
 *
 * @param all  the days whose names are told apart, where the sums are of some of them
 */
export function sums(results, cut, all = results) {
  const found = new Map()
  const names = namesOf(all, cut)
  for (const day of results) {
    for (const [key, part] of Object.entries(day.breakdown[cut] ?? {})) {
      const sum = found.get(key) ?? { name: names.get(key), spend: 0, compared: 0, requests: 0, failed: 0, input: 0, output: 0 }
      sum.spend += part.metrics.spend
      sum.compared += part.metrics.compared_spend ?? 0
      sum.requests += part.metrics.api_requests
      sum.failed += part.metrics.failed_requests
      sum.input += part.metrics.prompt_tokens
      sum.output += part.metrics.completion_tokens
      found.set(key, sum)
    }
  }
  return [...found.values()].sort((left, right) => right.spend - left.spend || right.requests - left.requests)
}

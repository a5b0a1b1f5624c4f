// A finished request as the books have it, with the names and times that the pages show.

import { moment } from '../lib/format.js'

/** @param names  the aliases of keys by their hashes */
export function read(row, names = new Map()) {
  const start = moment(row.startTime)
  const first = row.completionStartTime ? moment(row.completionStartTime) : null
  const end = moment(row.endTime)
  const writing = first ? (end - first) / 1000 : null
  const isMaster = row.api_key === 'litellm_proxy_master_key'
  return {
    raw: row, id: row.request_id, call: row.litellm_call_id, start: row.startTime, asked: row.model_group, answered: row.model,
    box: row.api_base, isFailed: row.status === 'failure', status: row.metadata.status_code, error: row.metadata.error_information?.error_code,
    input: row.prompt_tokens, output: row.completion_tokens, cost: row.spend, compared: row.metadata.compared_cost,
    attempts: row.metadata.attempted_retries + 1, fallbacks: row.metadata.attempted_fallbacks, isStream: row.metadata.stream,
    took: end - start, firstToken: first ? first - start : null,
    // A reply of one piece has no time of writing.
    speed: writing > 0.001 && row.completion_tokens > 1 ? row.completion_tokens / writing : null,
    key: isMaster ? 'Master key' : names.get(row.api_key) ?? `${row.api_key.slice(0, 10)}…`, team: row.team_id, user: row.user, tags: row.request_tags,
    customer: row.end_user, address: row.requester_ip_address,
  }
}

/** What a request ended with, in words. */
export function outcome(row) {
  if (!row.isFailed) return 'OK'
  if (row.status === 499) return 'Client left'
  return row.error && row.error !== String(row.status) ? `${row.status} ${row.error.replaceAll('_', ' ')}` : String(row.status)
}

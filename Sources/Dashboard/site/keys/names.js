// The names of keys by their hashes, for lists that have the hashes alone.

import { get } from '../lib/api.js'
import { session } from '../lib/session.js'

const MOST_PAGES = 5

/** All that the viewer may see, up to five hundred. */
export async function keyNames(signal) {
  const names = new Map()
  const who = session.state
  if (!who.requires_key || !who.lists_keys) return names
  try {
    for (let page = 1, pages = 1; page <= Math.min(pages, MOST_PAGES); page += 1) {
      const found = await get(`/key/list?return_full_object=true&size=100&page=${page}`, { signal })
      pages = found.total_pages
      for (const key of found.keys) names.set(key.token, key.key_alias ?? key.key_name)
    }
  } catch {
    // Then the beginning of the hash stands for the name.
  }
  return names
}

// Figures and times as people read them. What is not known is an empty text, never a zero.

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'local time'
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const full = new Intl.DateTimeFormat(undefined, {
  year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
})
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' })
const offset = new Intl.DateTimeFormat(undefined, { timeZoneName: 'shortOffset' })

/** The moment of a text. The books write UTC without saying so, which a browser would take for the viewer's own time. */
export function moment(text) {
  const isBare = /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text)
  return new Date(isBare ? `${text}Z` : text)
}

const isKnown = (value) => value !== null && value !== undefined && !Number.isNaN(value)

/** The viewer's zone with its distance from UTC. */
export function zone() {
  const part = offset.formatToParts(new Date()).find((one) => one.type === 'timeZoneName')
  return part && !ZONE.includes(part.value) ? `${ZONE} (${part.value})` : ZONE
}

export function count(value) {
  return isKnown(value) ? Math.round(value).toLocaleString() : ''
}

/** `12.4k`, where there is little room. */
export function short(value) {
  if (!isKnown(value)) return ''
  return new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 }).format(value)
}

/** A speed or a share: three digits that count. */
export function figure(value) {
  if (!isKnown(value)) return ''
  return value >= 100 ? Math.round(value).toLocaleString() : Number(value.toPrecision(3)).toLocaleString()
}

export function milliseconds(value) {
  if (!isKnown(value)) return ''
  if (value < 1) return '< 1 ms'
  if (value < 1000) return `${figure(value)} ms`
  return value < 60_000 ? `${figure(value / 1000)} s` : duration(value / 1000)
}

/** `3 d 4 h`: the two largest parts. */
export function duration(seconds) {
  if (!isKnown(seconds)) return ''
  const parts = [['d', 86_400], ['h', 3600], ['min', 60], ['s', 1]]
  const first = parts.findIndex(([, size]) => seconds >= size)
  if (first < 0) return '0 s'
  let left = Math.floor(seconds)
  const said = []
  for (const [name, size] of parts.slice(first, first + 2)) {
    const number = Math.floor(left / size)
    left -= number * size
    if (number) said.push(`${number} ${name}`)
  }
  return said.join(' ')
}

export function bytes(value) {
  if (!isKnown(value)) return ''
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let at = 0
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000
    at += 1
  }
  return `${at ? value.toFixed(value < 10 ? 1 : 0) : value} ${units[at]}`
}

/** Dollars: cents from one dollar on, and below it the digits that count. */
export function dollars(value) {
  if (!isKnown(value)) return ''
  if (value === 0) return '$0'
  const size = Math.abs(value)
  if (size >= 1) return `$${value.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  return size < 0.000001 ? `$${value.toExponential(1)}` : `$${Number(value.toPrecision(2))}`
}

/** A time of today is its clock's; of another day it has the day. */
export function time(text) {
  if (!text) return ''
  const date = moment(text)
  if (Number.isNaN(date.getTime())) return text
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : full.format(date)
}

export function fullTime(text) {
  const date = moment(text)
  return Number.isNaN(date.getTime()) ? '' : full.format(date)
}

/** A day of the books, which begin at midnight in UTC. */
export function bookDay(text) {
  return day.format(new Date(`${text}T00:00:00Z`))
}

/** `4 s ago`. */
export function ago(text, now = Date.now()) {
  if (!text) return ''
  const seconds = (now - moment(text).getTime()) / 1000
  return seconds < 1 ? 'just now' : `${duration(seconds)} ago`
}

export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`
}

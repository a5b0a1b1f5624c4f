// The frame around all pages: who is logged in, where one can go, and what is shown.

import { h, show } from './lib/dom.js'
import { zone } from './lib/format.js'
import { Router } from './lib/router.js'
import { session } from './lib/session.js'
import * as theme from './lib/theme.js'
import { fault } from './parts/bits.js'
import { icon } from './parts/icons.js'

/** The pages in their order: who may see them, and the module that each is made by. */
const PAGES = [
  { name: 'pool', title: 'Pool', isFor: (who) => who.sees_all, load: () => import('./pages/pool.js') },
  { name: 'requests', title: 'Requests', isFor: () => true, load: () => import('./pages/requests.js') },
  { name: 'playground', title: 'Playground', isFor: () => true, load: () => import('./pages/playground.js') },
  { name: 'keys', title: 'Keys', isFor: () => true, load: () => import('./pages/keys.js') },
  { name: 'usage', title: 'Usage', isFor: () => true, load: () => import('./pages/usage.js') },
  { name: 'config', title: 'Config', isFor: (who) => who.sees_all, load: () => import('./pages/config.js') },
]
const OTHERS = {
  login: { name: 'login', title: 'Log in', load: () => import('./pages/login.js') },
  states: { name: 'states', title: 'All states', load: () => import('./pages/states.js') },
}

const main = h('main', { id: 'main', tabindex: -1 })
const nav = h('nav', { 'aria-label': 'Pages' })
const user = h('div.user')
const router = new Router(go)
let current = null

function frame() {
  const themeButton = h('button.quiet', { type: 'button', onclick: () => name(themeButton, theme.turn()) }, icon('theme'))
  name(themeButton, theme.chosen())
  document.body.prepend(
    h('a.skip', { href: '#main' }, 'To the content'),
    h('header.top', h('a.brand', { href: '/ui' }, h('img', { src: new URL('icon.svg', import.meta.url).pathname, alt: '', width: 26, height: 26 }), 'Drover'),
      user, themeButton),
    nav, main,
    h('footer.zone', `Times are in ${zone()}; days of the books begin at midnight UTC.`))
}

function name(button, choice) {
  const label = { system: 'Colours: as the system', light: 'Colours: light', dark: 'Colours: dark' }[choice]
  button.setAttribute('aria-label', label)
  button.title = label
}

function showUser() {
  const who = session.state
  const words = !who.requires_key ? 'No key is asked for' : who.key_alias ?? who.key_name ?? 'Master key'
  show(user, who.logged_in && h('span.who', words),
    who.logged_in && who.requires_key && h('button.quiet', { type: 'button', 'aria-label': 'Log out', title: 'Log out', onclick: () => session.logout() }, icon('out')))
  show(nav, who.logged_in && PAGES.filter((page) => page.isFor(who)).map((page) =>
    h('a', { href: `/ui/${page.name}`, 'aria-current': page === current ? 'page' : null }, icon(page.name), h('span', page.title))))
}

async function go(path, query) {
  const who = session.state
  const allowed = PAGES.filter((page) => page.isFor(who))
  if (path === 'states') current = OTHERS.states
  else if (!who.logged_in) current = OTHERS.login
  else current = allowed.find((page) => page.name === path) ?? allowed[0]
  const page = current
  const isFirst = !main.childElementCount
  document.title = `${page.title} · Drover`
  showUser()
  try {
    const { default: tag } = await page.load()
    if (page !== current) return
    const element = document.createElement(tag)
    element.query = query
    element.open = (address) => router.open(address)
    show(main, element)
    // A screen reader goes on where the new page begins.
    if (!isFirst && !main.contains(document.activeElement)) main.focus({ preventScroll: true })
    if (!isFirst) scrollTo(0, 0)
  } catch (error) {
    // After an upgrade the files of before are gone.
    show(main, fault(error), h('button', { type: 'button', onclick: () => location.reload() }, 'Load the page again'))
  }
}

theme.apply()
frame()
try {
  await session.refresh()
  session.addEventListener('change', () => router.read())
  router.read()
} catch (error) {
  show(main, fault(error))
}

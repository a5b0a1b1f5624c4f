// Elements without markup: whatever is data becomes a text node or an attribute, so that no name can be read as HTML.

const SVG = 'http://www.w3.org/2000/svg'

/**
 * Makes an element, `h('button.primary', { onclick }, 'Drain')`. Nothing comes of a child that is null, undefined or false.
 */
export function h(name, ...rest) {
  const [tag, ...classes] = name.split('.')
  return fill(document.createElement(tag), classes, rest)
}

/** The same for a part of a drawing. */
export function svg(name, ...rest) {
  const [tag, ...classes] = name.split('.')
  return fill(document.createElementNS(SVG, tag), classes, rest)
}

/** Puts these children in place of those that are there. */
export function show(element, ...children) {
  element.replaceChildren(...nodes(children))
  return element
}

/** Sets the text of an element, unless it says so already: what has not changed is not drawn anew. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text
  return element
}

function fill(element, classes, rest) {
  if (classes.length) element.classList.add(...classes)
  const [first, ...others] = rest
  const hasProperties = first?.constructor === Object
  if (hasProperties) for (const [name, value] of Object.entries(first)) set(element, name, value)
  element.append(...nodes(hasProperties ? others : rest))
  return element
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
  else if (name.startsWith('--')) element.style.setProperty(name, value)
  else if (name === 'value') element.value = value
  else element.setAttribute(name, value === true ? '' : value)
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
}

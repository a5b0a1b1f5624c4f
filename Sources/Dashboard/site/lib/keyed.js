// A list of elements that follows a list of rows: an element stays with its row, so that focus and open parts stay, too.

export class Keyed {
  #parts = new Map()

  /**
   * @param container  the element that holds them
   * @param make  makes the part of a row: an object with `element` and `update(row)`
   */
  constructor(container, make) {
    this.container = container
    this.make = make
  }

  /** Brings the elements into the order of `rows`; a part is told of its row only when that is another one. */
  update(rows, keyOf) {
    const gone = new Set(this.#parts.keys())
    let place = this.container.firstElementChild
    for (const row of rows) {
      const key = keyOf(row)
      gone.delete(key)
      let part = this.#parts.get(key)
      if (!part) this.#parts.set(key, (part = this.make(row)))
      if (part.row !== row) part.update((part.row = row))
      if (part.element === place) place = place.nextElementSibling
      else this.container.insertBefore(part.element, place)
    }
    for (const key of gone) {
      this.#parts.get(key).element.remove()
      this.#parts.delete(key)
    }
  }

  /** Calls with every part. */
  each(body) {
    this.#parts.forEach(body)
  }
}

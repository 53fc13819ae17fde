/** A map that evicts the least recently set entries when it is full. */
export class RecentMap<Value, Key = string> {
  readonly #most: number
  readonly #weightOf: (value: Value) => number
  readonly #values = new Map<Key, Value>()
  // One persistent iterator: a new one would step over the slots of all deleted keys, thousands in a full map.
  readonly #oldestFirst: Iterator<Key, undefined> = this.#values.keys()
  #weight = 0

  /** `most`: the maximum total weight. By default each value weighs 1. */
  constructor(most: number, weightOf: (value: Value) => number = () => 1) {
    this.#most = most
    this.#weightOf = weightOf
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key)
  }

  set(key: Key, value: Value): void {
    this.delete(key)
    this.#values.set(key, value)
    this.#weight += this.#weightOf(value)
    while (this.#weight > this.#most) this.delete(this.#oldestFirst.next().value ?? key)
  }

  delete(key: Key): void {
    const value = this.#values.get(key)
    if (value === undefined) return
    this.#values.delete(key)
    this.#weight -= this.#weightOf(value)
  }

  clear(): void {
    this.#values.clear()
    this.#weight = 0
  }
}

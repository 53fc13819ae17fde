/** A queue of distinct texts that wait for a connection. When it is full, a single text for all keys replaces them. */
export class UnsentTexts {
  readonly #forAll: string
  readonly #most: number
  readonly #texts = new Set<string>()
  #length = 0

  /** `most`: the maximum of queued characters. */
  constructor(forAll: string, most: number) {
    this.#forAll = forAll
    this.#most = most
  }

  get isEmpty(): boolean {
    return this.#texts.size === 0
  }

  add(text: string): void {
    if (this.#texts.has(this.#forAll) || this.#texts.has(text)) return
    this.#length += text.length
    if (this.#length > this.#most) {
      this.#texts.clear()
      this.#texts.add(this.#forAll)
    } else {
      this.#texts.add(text)
    }
  }

  /** Returns all texts and empties the queue. */
  take(): readonly string[] {
    const texts = [...this.#texts]
    this.#texts.clear()
    this.#length = 0
    return texts
  }
}

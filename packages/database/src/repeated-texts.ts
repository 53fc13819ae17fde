/** So many texts are kept prepared, and so many are remembered that came once. */
const most = 16

/** Which texts are worth being prepared: those that come again before many others do, the first few of them. */
export class RepeatedTexts {
  readonly #once = new Set<string>()
  readonly #chosen = new Set<string>()

  /** Whether a text that comes now is one of them. */
  include(text: string): boolean {
    if (this.#chosen.has(text)) return true
    if (this.#chosen.size === most) return false
    if (this.#once.delete(text)) {
      this.#chosen.add(text)
      return true
    }
    this.#once.add(text)
    const [oldest] = this.#once
    if (this.#once.size > most && oldest !== undefined) this.#once.delete(oldest)
    return false
  }
}

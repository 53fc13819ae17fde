/** How many texts are chosen, and how many others are remembered until they occur again. */
const maxTexts = 16

/**
 * Chooses the statements that are worth preparing: the first ones that occur a second time before many others occur. They
 * are kept for good, because a prepared statement costs the server memory, and replacing one costs a round trip.
 */
export class RepeatedStatements {
  readonly #seenOnce = new Set<string>()
  readonly #chosen = new Set<string>()

  /** Whether to prepare a statement that runs now. */
  choose(text: string): boolean {
    if (this.#chosen.has(text)) return true
    if (this.#chosen.size === maxTexts) return false
    if (this.#seenOnce.delete(text)) {
      this.#chosen.add(text)
      return true
    }
    this.#seenOnce.add(text)
    const [oldest] = this.#seenOnce
    if (this.#seenOnce.size > maxTexts && oldest !== undefined) this.#seenOnce.delete(oldest)
    return false
  }
}

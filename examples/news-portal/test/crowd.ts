import { setTimeout as wait } from "node:timers/promises"
import { type CacheReads, cacheReadsOn, navigation } from "./cache-reads.js"

export interface CrowdOptions {
  /** What they read, one after the other; each begins at another one. */
  readonly paths: readonly string[]
  readonly visitors: number
  /** Milliseconds that a visitor waits for a page. */
  readonly deadline: number
}

/** So many of the last pages make up the hit ratio. */
const window = 40

/** Visitors who read one page after the other, until they are sent home. */
export class Crowd {
  /** What went wrong, in words. */
  readonly complaints: string[] = []
  /** How many pages were read. */
  pages = 0
  readonly #address: string
  readonly #options: CrowdOptions
  /** The cache reads of the last pages. */
  readonly #lately: CacheReads[] = []
  readonly #visitors: Promise<unknown>
  #open = true

  constructor(address: string, options: CrowdOptions) {
    this.#address = address
    this.#options = options
    this.#visitors = Promise.all(Array.from({ length: options.visitors }, (_, visitor) => this.#stroll(visitor)))
  }

  /** Resolves when everybody has read so many more pages, on average. */
  async reads(pages: number): Promise<void> {
    const end = this.pages + pages * this.#options.visitors
    await until(() => this.pages >= end, this.#options.deadline * pages, `${pages} more pages for each visitor`)
  }

  /** Resolves when nearly all cache reads of the last pages are hits. */
  async findsEverything(within: number): Promise<void> {
    this.#lately.length = 0
    const sum = (name: keyof CacheReads): number => this.#lately.reduce((total, page) => total + page[name], 0)
    await until(
      () => this.#lately.length === window && sum("hits") > 9 * sum("misses"),
      within,
      "nine of ten cache reads hit",
    )
  }

  async goHome(): Promise<void> {
    this.#open = false
    await this.#visitors
  }

  async #stroll(visitor: number): Promise<void> {
    const { paths } = this.#options
    for (let step = visitor; this.#open; step++) await this.#read(paths[step % paths.length] ?? "/")
  }

  async #read(path: string): Promise<void> {
    try {
      const signal = AbortSignal.timeout(this.#options.deadline)
      const response = await fetch(this.#address + path, { headers: navigation, signal })
      const page = await response.text()
      if (response.status !== 200 || !page.endsWith("</html>\n")) this.complaints.push(`${path}: ${response.status}`)
      this.#lately.push(cacheReadsOn(page))
      if (this.#lately.length > window) this.#lately.shift()
    } catch (error) {
      this.complaints.push(`${path}: ${String(error)}`)
    }
    this.pages++
  }
}

async function until(condition: () => boolean, within: number, expected: string): Promise<void> {
  const giveUp = performance.now() + within
  while (!condition()) {
    if (performance.now() > giveUp) throw new Error(`Expected within ${within} ms: ${expected}`)
    await wait(50)
  }
}

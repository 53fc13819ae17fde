import { setTimeout as wait } from "node:timers/promises"

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
  readonly #lately: { readonly hits: number; readonly reads: number }[] = []
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
    const sum = (name: "hits" | "reads"): number => this.#lately.reduce((total, page) => total + page[name], 0)
    await until(
      () => this.#lately.length === window && sum("hits") / sum("reads") > 0.9,
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
      const response = await fetch(this.#address + path, { signal: AbortSignal.timeout(this.#options.deadline) })
      const page = await response.text()
      if (response.status !== 200 || !page.endsWith("</html>\n")) this.complaints.push(`${path}: ${response.status}`)
      // Some pages read nothing from the cache. One that was kept whole still says what it read when it was made.
      const keptWhole = /; hit\b/.test(response.headers.get("cache-status") ?? "")
      const found = keptWhole ? ["", 1, 1] : /(\d+) of (\d+) cache reads hit/.exec(page)
      const [, hits = 0, reads = 0] = found ?? []
      this.#lately.push({ hits: Number(hits), reads: Number(reads) })
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

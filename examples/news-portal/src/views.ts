import { fileURLToPath } from "node:url"
import { addCacheTag } from "@larder/fragments/liquid"
import { Liquid } from "liquidjs"
import type { CachePanel } from "./cache-panel.js"
import type { Caches } from "./caches.js"
import { formatDuration, formatNumber, formatReadingTime } from "./measures.js"

/** Renders the templates of the site. Everything they print is escaped; they hold no logic but loops and conditions. */
export class Views {
  readonly #panel: CachePanel
  readonly #engine: Liquid

  constructor(panel: CachePanel, caches: Caches) {
    this.#panel = panel
    this.#engine = new Liquid({
      root: fileURLToPath(new URL("../templates/", import.meta.url)),
      extname: ".liquid",
      outputEscape: "escape",
      ownPropertyOnly: true,
      strictFilters: true,
      strictVariables: true,
      lenientIf: true,
      cache: true,
    })
    addCacheTag(this.#engine, { cache: caches })
    this.#engine.registerFilter("number", formatNumber)
    this.#engine.registerFilter("duration", formatDuration)
    this.#engine.registerFilter("reading_time", formatReadingTime)
  }

  /**
   * Renders a template, with the cache panel of the request under way. Data may be functions: they are called where the
   * template asks for them, which inside of a cached part is only when it is not cached.
   */
  async render(template: string, data: Readonly<Record<string, unknown>>): Promise<string> {
    const panel = () => this.#panel.report()
    const page: unknown = await this.#engine.renderFile(template, { query: "", kept: false, ...data, panel })
    return String(page)
  }
}

import type { HeaderLines, RequestHeaders } from "./engine/header-lines.js"
import type { RequestClass } from "./engine/request-class.js"
import type { Asked } from "./engine/respond.js"
import type { VaryValues } from "./engine/variants.js"
import type { PageControl } from "./page-control.js"
import type { PageRequest } from "./page-exchange.js"
import type { PageFill } from "./page-fill.js"
import type { Place } from "./page-places.js"
import { placeTags } from "./page-tags.js"

/** What an entry provides for a request besides sending the response. */
export interface LookupContext {
  /**
   * Runs the handler again, without a client, for a page that has just been served stale: a GET of the same URL with
   * `fill.target` and only these header lines. Resolves when the fill has ended. Absent: stale pages are refreshed before
   * they are served.
   */
  readonly refresh?: ((fill: PageFill, headers: HeaderLines) => Promise<void>) | undefined
  /** True once the client has disconnected: the handler is then not run for it. */
  readonly gone?: boolean
  /** The control of the page cache around this one: `attachedControl(request)`. */
  readonly outer?: PageControl | undefined
}

/** A request that may be served from a page. */
export type Lookup = RequestClass & { kind: "lookup" }

/** The tags of a page that are known before its handler runs. */
export interface VisitTags {
  /** From its URL. */
  readonly place: readonly string[]
  /** From the options. */
  readonly named: readonly string[]
}

/** The options that determine tags. */
export interface TagOptions {
  readonly tags: readonly string[] | ((request: PageRequest) => readonly string[])
  readonly prefixDepth: number
}

export interface VisitFacts {
  readonly request: PageRequest
  readonly context: LookupContext
  readonly asked: Lookup
  readonly headers: RequestHeaders
  readonly place: Place
  readonly key: string
  readonly values: VaryValues
  readonly debugging: boolean
  readonly tagOptions: TagOptions
}

/** A request being looked up, with what is known about it. */
export class Visit implements Asked {
  readonly request: PageRequest
  readonly context: LookupContext
  readonly asked: Lookup
  readonly head: boolean
  /** The request headers that affect a response from a page. */
  readonly headers: RequestHeaders
  readonly place: Place
  readonly key: string
  readonly values: VaryValues
  readonly debugging: boolean
  readonly #tagOptions: TagOptions
  #tags: VisitTags | undefined

  constructor(facts: VisitFacts) {
    this.request = facts.request
    this.context = facts.context
    this.asked = facts.asked
    this.head = facts.asked.head
    this.headers = facts.headers
    this.place = facts.place
    this.key = facts.key
    this.values = facts.values
    this.debugging = facts.debugging
    this.#tagOptions = facts.tagOptions
  }

  /** Computed on demand: only runs of the handler need them. */
  get tags(): VisitTags {
    const { tags, prefixDepth } = this.#tagOptions
    this.#tags ??= {
      place: placeTags(this.place.address, prefixDepth),
      named: typeof tags === "function" ? tags(this.request) : tags,
    }
    return this.#tags
  }
}

import type { Milliseconds } from "@larder/core"
import type { CacheStatus, ForwardReason } from "./engine/cache-status.js"
import type { Policy } from "./engine/policy.js"
import { classifyRequest } from "./engine/request-class.js"
import { respond } from "./engine/respond.js"
import { freshFor, mayStandIn, type Reuse, reuseOf } from "./engine/reuse.js"
import type { StoredPage } from "./engine/stored-page.js"
import { variesWith } from "./engine/variants.js"
import { declaredNames, varyValues } from "./engine/vary-values.js"
import { FlightKeys } from "./flight-keys.js"
import type { Flight } from "./flights.js"
import { HandlerRuns } from "./handler-runs.js"
import { isAround, type PageControl, type PageOutcome, RecordingControl } from "./page-control.js"
import { publish } from "./page-events.js"
import type { PageRequest, PageResponse } from "./page-exchange.js"
import type { PageFill } from "./page-fill.js"
import type { PageCacheOptions } from "./page-options.js"
import { PagePlaces } from "./page-places.js"
import { policyOf } from "./page-policy.js"
import { PagePurger } from "./page-purger.js"
import { type PageFinding, type PageStore, pageStoreOf } from "./page-store.js"
import { noHeaders, PlainRequests } from "./plain-requests.js"
import type { Purge } from "./purge.js"
import { StatusMember } from "./status-member.js"
import { type Lookup, type LookupContext, type TagOptions, Visit } from "./visit.js"
import { within } from "./within.js"

/** The result of a lookup: a response to send, or a run of the handler to record. */
export type PageLookup =
  | { readonly response: PageResponse; readonly control: PageControl }
  | { readonly response?: undefined; readonly fill: PageFill }

const noContext: LookupContext = {}
/** How many failed runs a request waits for before it runs the handler itself. */
const mostFailures = 2
const defaultRefreshes = 8

/**
 * A page cache in front of a handler, on which the entries are built: serves a request from its store, or records a run of
 * the handler. Lookups never reject or throw because of the store: the handler then runs as if there were no cache.
 */
export class PageCache {
  readonly #options: PageCacheOptions
  readonly #policy: Policy
  readonly #store: PageStore
  readonly #now: () => Milliseconds
  readonly #flightKeys: FlightKeys
  readonly #status: StatusMember
  readonly #places: PagePlaces
  readonly #plain: PlainRequests
  readonly #tagOptions: TagOptions
  readonly #purger: PagePurger
  readonly #runs: HandlerRuns

  /** Throws a `TypeError` for an unknown or invalid option. */
  constructor(options: PageCacheOptions) {
    this.#policy = policyOf(options)
    this.#options = options
    this.#flightKeys = new FlightKeys(declaredNames(this.#policy))
    this.#status = new StatusMember(this.#policy.name, options.status)
    this.#places = new PagePlaces(this.#policy)
    this.#plain = new PlainRequests(this.#policy)
    this.#tagOptions = { tags: options.tags ?? [], prefixDepth: this.#policy.prefixDepth }
    this.#store = pageStoreOf(options.cache)
    this.#purger = new PagePurger(this.#store, this.#policy)
    this.#now = options.now ?? Date.now
    this.#runs = new HandlerRuns({
      policy: this.#policy,
      store: this.#store,
      purger: this.#purger,
      flightKeys: this.#flightKeys,
      status: this.#status,
      now: this.#now,
      mostRefreshes: options.limits?.refreshes ?? defaultRefreshes,
    })
  }

  /**
   * Looks a request up: synchronously if the store is in this process and has a page, else with a promise. Never throws or
   * rejects.
   */
  lookup(request: PageRequest, context: LookupContext = noContext): PageLookup | Promise<PageLookup> {
    try {
      const visit = this.#visitOf(request, context)
      if (!(visit instanceof Visit)) return visit
      const found = this.#store.findNow(visit.key, visit.values)
      return (found?.page && this.#answerFrom(visit, found.page)) ?? this.#find(visit, found)
    } catch (error) {
      return this.#stepAside(request, context, error)
    }
  }

  /**
   * Removes pages, immediately and for all processes that share the cache: the page of a URL in all its variants, all pages
   * with a tag, or all pages at and below a path. Pages that are being rendered are not stored. Rejects with a `TypeError` for
   * an invalid purge, and with a `BackendError` if the store fails: the pages may then still be served.
   */
  purge(what: Purge): Promise<void> {
    return this.#purger.purge(what)
  }

  /**
   * Resolves when pending refreshes have ended, and pending writes of all page caches over the same `cache`. Await it before
   * closing that cache.
   */
  async settled(): Promise<void> {
    await this.#runs.settled()
    await this.#store.settled()
  }

  /** A visit for a request that may be served from a page; a pass for any other. */
  #visitOf(request: PageRequest, context: LookupContext): Visit | PageLookup {
    const debugging = this.#options.debug?.(request) === true
    const plain = this.#plain.include(request)
    const asked = plain ? this.#plain.asked : classifyRequest(request, this.#policy)
    if (asked.kind === "method") return this.#pass(request, context, { forward: "method" }, debugging, asked.unsafe)
    if (asked.kind === "bypass")
      return this.#pass(request, context, { forward: "bypass", detail: asked.reason }, debugging)
    if (this.#options.condition?.(request) === false) {
      return this.#pass(request, context, { forward: "bypass", detail: "condition" }, debugging)
    }
    // RFC 9111, 5.2.1.5: the response must not be stored.
    if (asked.directives?.noStore === true) return this.#pass(request, context, { forward: "request" }, debugging)
    // A cache around this one does not have these extras in its key.
    if (this.#policy.keyExtras !== undefined) context.outer?.skip("key-extras")
    const place = this.#places.of(request)
    if (!place.ordinary) return this.#pass(request, context, { forward: "bypass", detail: "target-form" }, debugging)
    return new Visit({
      request,
      context,
      asked,
      headers: plain ? noHeaders : request.headers,
      place,
      key: plain ? place.key : this.#places.keyWith(place, request.headers),
      values: varyValues(request, asked.cookies, this.#policy),
      debugging,
      tagOptions: this.#tagOptions,
    })
  }

  async #find(visit: Visit, known: PageFinding | undefined): Promise<PageLookup> {
    try {
      const joined = this.#store.flights.find(this.#flightKeys.of(visit, []))
      const found = known ?? (await this.#store.find(visit.key, visit.values))
      const answered = found.page && this.#answerFrom(visit, found.page)
      if (answered !== undefined) return answered
      if (visit.asked.directives?.onlyIfCached === true) return this.#onlyIfCached(visit)
      return await this.#run(visit, found, joined)
    } catch (error) {
      return this.#stepAside(visit.request, visit.context, error)
    }
  }

  /** For errors thrown by functions of the options. */
  #stepAside(request: PageRequest, context: LookupContext, error: unknown): PageLookup {
    publish({ request, outcome: "bypass", reason: "error", error })
    const asked = classifyRequest(request, this.#policy)
    const unsafe = asked.kind === "method" && asked.unsafe
    return this.#pass(request, context, { forward: "bypass", detail: "error" }, false, unsafe)
  }

  /** The response from a page, if it may be used; starts a background refresh if it is stale but may be served. */
  #answerFrom(visit: Visit, page: StoredPage): PageLookup | undefined {
    if (!mayAnswer(page, visit.asked)) return undefined
    const reuse = reuseOf(page.head, visit.asked.directives, this.#now())
    if (reuse === "fresh") return this.#hit(visit, page, "hit")
    if (reuse !== "refresh" || visit.context.refresh === undefined) return undefined
    // Only this request may have what the extras were computed from: a refresh could render another visitor's page.
    if (this.#policy.keyExtras !== undefined && this.#policy.keyExtrasHeaders === undefined) return undefined
    this.#runs.refresh(visit, page, visit.context.refresh)
    return this.#hit(visit, page, "stale", "stale-while-revalidate")
  }

  /** The handler has to run: for this request, or for another one that this one waits for. */
  async #run(visit: Visit, found: PageFinding, joined: Flight | undefined): Promise<PageLookup> {
    const { request, asked } = visit
    const page = found.page !== undefined && mayAnswer(found.page, asked) ? found.page : undefined
    const reuse = page && reuseOf(page.head, asked.directives, this.#now())
    let forwarded: CacheStatus = {
      forward: forwardReason(found, reuse),
      detail: found.failed ? "store-error" : undefined,
    }
    if (asked.head || request.headers.get("range") !== undefined) {
      return this.#pass(
        request,
        visit.context,
        asked.head ? forwarded : { forward: "bypass", detail: "range" },
        visit.debugging,
      )
    }
    // Responses to authorized requests and to client reloads are not shared while pending.
    if (asked.authorized || reuse === "request")
      return this.#record(visit, { candidate: page, flight: undefined, forwarded })
    let flightKey = this.#flightKeys.of(visit, found.names)
    let flight = this.#store.flights.find(flightKey) ?? joined
    // This request is part of that run, through a page cache around this one.
    if (isAround(flight?.leader, visit.context.outer))
      return this.#record(visit, { candidate: page, flight: undefined, forwarded })
    const waitUntil = performance.now() + this.#policy.wait
    for (let failures = 0; flight !== undefined && failures < mostFailures; ) {
      if (this.#store.uncacheable.has(flightKey, this.#now())) break
      const result = await within(flight.result, waitUntil - performance.now())
      forwarded = { ...forwarded, collapsed: false }
      const shared = result?.page
      if (shared !== undefined && variesWith(shared.head, visit.values) && mayAnswer(shared, asked)) {
        if (reuseOf(shared.head, asked.directives, this.#now()) === "fresh") {
          return this.#hit(visit, shared, "hit", undefined, { forward: forwarded.forward ?? "miss", collapsed: true })
        }
      }
      const failed = result?.noPage === "failed"
      if (failed && page !== undefined && mayStandIn(page.head, this.#now())) {
        return this.#hit(visit, page, "stale", undefined, {
          forward: "stale",
          collapsed: true,
          detail: "stale-if-error",
        })
      }
      if (result === undefined || result.noPage === "unshareable") {
        return this.#record(visit, { candidate: page, flight: undefined, forwarded })
      }
      if (visit.context.gone === true) return this.#nobody(visit)
      if (result.noPage !== "left") failures += 1
      // It keeps failing: from now on requests run it concurrently, as without a cache.
      if (failed && failures === mostFailures) this.#store.uncacheable.add(flightKey, this.#now())
      // Another variant, or a run without a page: the handler has to run again.
      flightKey = this.#flightKeys.of(visit, shared?.head.vary.map(([name]) => name) ?? found.names)
      flight = this.#store.flights.find(flightKey)
    }
    const alone = flight !== undefined || this.#store.uncacheable.has(flightKey, this.#now())
    const led = alone ? undefined : this.#store.flights.begin(flightKey, visit.tags.place)
    return this.#record(visit, { candidate: page, flight: led, forwarded })
  }

  #hit(visit: Visit, page: StoredPage, outcome: PageOutcome, detail?: string, forwarded?: CacheStatus): PageLookup {
    const { request, context } = visit
    const now = this.#now()
    const { outer } = context
    const ttl = freshFor(page.head, now)
    const member =
      forwarded === undefined && detail === undefined
        ? this.#status.ofHit(visit, ttl)
        : this.#status.of(visit, forwarded ?? { hit: true, ttl, detail })
    // The page becomes part of the outer cache's page, which needs its tags.
    outer?.tags(...page.head.tags)
    publish({ request, outcome })
    return {
      response: respond(page, visit, this.#policy, now, member),
      control: new RecordingControl(outcome, { outer }),
    }
  }

  /** RFC 9111, 5.2.1.7. */
  #onlyIfCached(visit: Visit): PageLookup {
    return this.#withoutPage(visit, 504)
  }

  /** For a client that has disconnected: the handler is not run. */
  #nobody(visit: Visit): PageLookup {
    publish({ request: visit.request, outcome: "bypass", reason: "gone" })
    return this.#withoutPage(visit, 503)
  }

  /** A response generated by the cache, without a page. */
  #withoutPage({ asked, context }: Visit, status: number): PageLookup {
    const control = new RecordingControl("bypass", { outer: context.outer })
    const body = asked.head ? null : new Uint8Array(0)
    return { response: { status, headers: [["Content-Length", "0"]], body }, control }
  }

  #pass(...run: Parameters<HandlerRuns["pass"]>): PageLookup {
    return { fill: this.#runs.pass(...run) }
  }

  async #record(...run: Parameters<HandlerRuns["record"]>): Promise<PageLookup> {
    return { fill: await this.#runs.record(...run) }
  }
}

function mayAnswer(page: StoredPage, { authorized }: Lookup): boolean {
  return !authorized || page.head.forAuthorized
}

function forwardReason({ otherVariant }: PageFinding, reuse: Reuse | undefined): ForwardReason {
  if (reuse === "request") return "request"
  if (reuse !== undefined) return "stale"
  return otherVariant ? "vary-miss" : "uri-miss"
}

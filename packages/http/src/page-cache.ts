// Over 300 lines: the one place where requests, store, handlers and waiting requests meet; each part is a file of its own.
import type { Milliseconds, TagSnapshot } from "@larder/core"
import { BackgroundWork } from "./background-work.js"
import { type Address, addressOf } from "./engine/address.js"
import { type CacheStatus, type ForwardReason, formatCacheStatus } from "./engine/cache-status.js"
import type { HeaderLines } from "./engine/header-lines.js"
import { pageKey } from "./engine/page-key.js"
import type { Policy } from "./engine/policy.js"
import { applyQueryPolicy, type Target } from "./engine/query.js"
import { classifyRequest, type RequestClass } from "./engine/request-class.js"
import { respond } from "./engine/respond.js"
import { freshFor, keepFor, type Reuse, reuseOf } from "./engine/reuse.js"
import type { StoredPage } from "./engine/stored-page.js"
import { type VaryValues, variantDigest, variesWith } from "./engine/variants.js"
import { declaredNames, varyValues } from "./engine/vary-values.js"
import type { Flight } from "./flights.js"
import { overridesOf, refreshHeaders, revalidation } from "./handler-request.js"
import { type PageControl, type PageOutcome, RecordingControl } from "./page-control.js"
import { type PageEvent, pageEvents } from "./page-events.js"
import type { PageRequest, PageResponse } from "./page-exchange.js"
import type { PageFill } from "./page-fill.js"
import type { PageCacheOptions } from "./page-options.js"
import { lifetime, policyOf } from "./page-policy.js"
import { PagePurger } from "./page-purger.js"
import { type PageFinding, type PageStore, pageStoreOf } from "./page-store.js"
import { groupTags, pageTags, placeTags } from "./page-tags.js"
import { PassingFill } from "./passing-fill.js"
import type { Purge } from "./purge.js"
import { RecordedFill } from "./recorded-fill.js"
import { warnOnce } from "./warn-once.js"
import { within } from "./within.js"

/** What the cache has for a request: an answer to send, or a run of the handler to record. */
export type PageLookup =
  | { readonly response: PageResponse; readonly control: PageControl }
  | { readonly response?: undefined; readonly fill: PageFill }

/** What an entry can do for a request beyond answering it. */
export interface LookupContext {
  /**
   * Runs the handler again, with no client, for a page that has just been served stale: a GET of the same URL with
   * `fill.target` and these header lines and no others. Resolves when the fill has ended. Absent: stale pages are refreshed
   * before they are served.
   */
  readonly refresh?: ((fill: PageFill, headers: HeaderLines) => Promise<void>) | undefined
  /** The control of the page cache around this one: `attachedControl(request)`. */
  readonly outer?: PageControl | undefined
}

const defaultWait: Milliseconds = 5_000
const refreshLimit: Milliseconds = 30_000
const defaultRefreshes = 8

type Lookup = RequestClass & { kind: "lookup" }

/** A request on its way through the cache, with what is known of it. */
interface Visit {
  readonly request: PageRequest
  readonly context: LookupContext
  readonly asked: Lookup
  readonly target: Target
  readonly key: string
  /** What it can be purged by, as far as that is known already; only asked for where a handler has to run. */
  readonly tags: () => VisitTags
  readonly values: VaryValues
  readonly debugging: boolean
}

interface VisitTags {
  /** Those of its place. */
  readonly place: readonly string[]
  /** Those of the options. */
  readonly named: readonly string[]
}

/** One run of the handler. */
interface Run {
  /** The last good page. */
  readonly candidate: StoredPage | undefined
  /** What others wait for it by; none for a run that nobody waits for. */
  readonly flight: Flight | undefined
  /** `undefined`: the store did not answer, and nothing will be stored. */
  readonly snapshot: TagSnapshot | undefined
  readonly forwarded: CacheStatus
  readonly refreshing: boolean
}

/**
 * A cache of whole pages in front of a handler, for the entries to build on: it answers a request from its store, or says
 * how the handler's run is to be recorded. Nothing that it does rejects or throws for reasons of the store: then the
 * handler runs as if there were no cache.
 */
export class PageCache {
  readonly #options: PageCacheOptions
  readonly #policy: Policy
  readonly #store: PageStore
  readonly #now: () => Milliseconds
  readonly #declared: readonly string[]
  readonly #purger: PagePurger
  readonly #background = new BackgroundWork()
  #refreshes = 0

  /** Throws a `TypeError` for an option of the wrong kind. */
  constructor(options: PageCacheOptions) {
    this.#policy = policyOf(options)
    this.#options = options
    this.#declared = declaredNames(this.#policy)
    this.#store = pageStoreOf(options.cache)
    this.#purger = new PagePurger(this.#store, this.#policy)
    this.#now = options.now ?? Date.now
  }

  /** Looks a request up. Never rejects. */
  async lookup(request: PageRequest, context: LookupContext = {}): Promise<PageLookup> {
    try {
      return await this.#lookup(request, context)
    } catch (error) {
      // Only functions of the options can throw here.
      this.#publish({ request, outcome: "bypass", reason: "error", error })
      const asked = classifyRequest(request, this.#policy)
      const unsafe = asked.kind === "method" && asked.unsafe
      return this.#pass(request, context, { forward: "bypass", detail: "error" }, false, unsafe)
    }
  }

  /**
   * Makes pages go, at once and for every process that shares the cache: the page of a URL in all its variants, all pages
   * with a tag, all pages at and below a path. Pages whose handlers run meanwhile are not stored. Rejects with a
   * `TypeError` for what is no purge, and with a `BackendError` when the store does not take it: the pages may then live on.
   */
  purge(what: Purge): Promise<void> {
    return this.#purger.purge(what)
  }

  /**
   * Resolves when the refreshes that are under way have ended, and the stores of all page caches over the same `cache`:
   * before a program closes it.
   */
  async settled(): Promise<void> {
    await this.#background.settled()
    await this.#store.settled()
  }

  async #lookup(request: PageRequest, context: LookupContext): Promise<PageLookup> {
    const debugging = this.#options.debug?.(request) === true
    const asked = classifyRequest(request, this.#policy)
    if (asked.kind === "method") return this.#pass(request, context, { forward: "method" }, debugging, asked.unsafe)
    if (asked.kind === "bypass")
      return this.#pass(request, context, { forward: "bypass", detail: asked.reason }, debugging)
    if (this.#options.condition?.(request) === false) {
      return this.#pass(request, context, { forward: "bypass", detail: "condition" }, debugging)
    }
    const address = addressOf(request)
    const target = applyQueryPolicy(address.target, this.#policy.query)
    const key = pageKey({ ...address, target: target.keyed }, this.#policy, request.headers)
    const tags = once(() => this.#tagsOf(request, { ...address, target: target.keyed }))
    const values = varyValues(request, asked.cookies, this.#policy)
    return this.#visit({ request, context, asked, target, key, values, debugging, tags })
  }

  #tagsOf(request: PageRequest, address: Address): VisitTags {
    const { tags = [] } = this.#options
    const named = typeof tags === "function" ? tags(request) : tags
    return { place: placeTags(address, this.#policy.prefixDepth), named }
  }

  async #visit(visit: Visit): Promise<PageLookup> {
    const { key, values, asked } = visit
    const joined = this.#store.flights.find(this.#flightKey(visit, []))
    const found = await this.#store.find(key, values)
    const now = this.#now()
    const page = found.page !== undefined && mayAnswer(found.page, asked) ? found.page : undefined
    const reuse = page === undefined ? undefined : reuseOf(page.head, asked.directives, now)
    if (page !== undefined && reuse === "fresh") return this.#hit(visit, page, "hit")
    if (page !== undefined && reuse === "refresh" && visit.context.refresh !== undefined) {
      this.#refreshInBackground(visit, page, visit.context.refresh)
      return this.#hit(visit, page, "stale", "stale-while-revalidate")
    }
    if (asked.directives?.onlyIfCached === true) return this.#onlyIfCached(visit)
    return this.#run(visit, found, page, reuse, joined)
  }

  /** The handler has to run: here, or in another request that this one waits for. */
  async #run(
    visit: Visit,
    found: PageFinding,
    page: StoredPage | undefined,
    reuse: Reuse | undefined,
    joined: Flight | undefined,
  ): Promise<PageLookup> {
    const { request, asked } = visit
    const forwarded: CacheStatus = {
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
    // What somebody is authorised for, or asks to be made anew, is not what others wait for.
    if (asked.authorized || reuse === "request")
      return this.#fill(visit, { candidate: page, flight: undefined, forwarded })
    let flightKey = this.#flightKey(visit, found.names)
    let flight = this.#store.flights.find(flightKey) ?? joined
    for (let round = 0; flight !== undefined && round < 2; round += 1) {
      if (this.#store.uncacheable.has(flightKey, this.#now())) break
      const result = await within(flight.result, lifetime(this.#options.limits?.wait) ?? defaultWait)
      const shared = result?.page
      if (shared !== undefined && variesWith(shared.head, visit.values) && mayAnswer(shared, asked)) {
        if (reuseOf(shared.head, asked.directives, this.#now()) === "fresh") {
          return this.#hit(visit, shared, "hit", undefined, { forward: forwarded.forward ?? "miss", collapsed: true })
        }
      }
      if (result === undefined || (result.page === undefined && !result.lost)) {
        return this.#fill(visit, { candidate: page, flight: undefined, forwarded: { ...forwarded, collapsed: false } })
      }
      // Another variant, or a run that broke off: somebody has to run the handler for this one.
      flightKey = this.#flightKey(visit, shared?.head.vary.map(([name]) => name) ?? found.names)
      flight = this.#store.flights.find(flightKey)
    }
    const alone = flight !== undefined || this.#store.uncacheable.has(flightKey, this.#now())
    const led = alone ? undefined : this.#store.flights.begin(flightKey, visit.tags().place)
    return this.#fill(visit, { candidate: page, flight: led, forwarded })
  }

  #hit(visit: Visit, page: StoredPage, outcome: PageOutcome, detail?: string, forwarded?: CacheStatus): PageLookup {
    const { request, context, asked } = visit
    const now = this.#now()
    const status = forwarded ?? { hit: true, ttl: freshFor(page.head, now), detail }
    const member = this.#status(visit, status)
    const control = new RecordingControl(outcome, { outer: context.outer })
    // What is inside a page of an outer cache lends it its names.
    context.outer?.tags(...page.head.tags)
    this.#publish({ request, outcome })
    return {
      response: respond(page, { head: asked.head, headers: request.headers }, this.#policy, now, member),
      control,
    }
  }

  /** RFC 9111, 5.2.1.7. An answer of the cache's own making, which says nothing of a page. */
  #onlyIfCached(visit: Visit): PageLookup {
    const control = new RecordingControl("bypass", { outer: visit.context.outer })
    const body = visit.asked.head ? null : new Uint8Array(0)
    return { response: { status: 504, headers: [["Content-Length", "0"]], body }, control }
  }

  /** A run of the handler that is not recorded. What changes something makes pages go. */
  #pass(
    request: PageRequest,
    context: LookupContext,
    status: CacheStatus,
    debugging: boolean,
    unsafe = false,
  ): PageLookup {
    const control = new RecordingControl("bypass", { outer: context.outer })
    this.#publish({ request, outcome: "bypass", reason: status.detail ?? status.forward })
    const fill = new PassingFill({
      control,
      target: request.target,
      answered: (code, headers) => {
        if (unsafe && this.#policy.invalidate)
          fill.after(this.#background.track(this.#invalidate(request, code, headers)))
        const member = this.#status({ debugging }, { ...status, forwardStatus: code })
        return member === undefined ? headers : [...headers, ["Cache-Status", member]]
      },
    })
    return { fill }
  }

  async #fill(visit: Visit, run: Omit<Run, "snapshot" | "refreshing">): Promise<PageLookup> {
    const snapshot = await this.#store.snapshot(allTags(visit))
    return { fill: this.#recorded(visit, { ...run, snapshot, refreshing: false }) }
  }

  #recorded(visit: Visit, run: Run): RecordedFill {
    const { request, context, asked } = visit
    const { candidate, flight, forwarded, refreshing } = run
    const policy = this.#policy
    const control = new RecordingControl(candidate === undefined ? "miss" : "stale", {
      revalidation: refreshing,
      outer: refreshing ? undefined : context.outer,
    })
    const revalidators = policy.conditionalHandler && candidate !== undefined ? revalidation(candidate) : []
    return new RecordedFill({
      request,
      policy,
      control,
      target: visit.target.seen,
      overrides: overridesOf(request, asked.cookies, revalidators),
      // A refresh is nobody's.
      authorized: asked.authorized && !refreshing,
      values: visit.values,
      candidate,
      conditional: revalidators.length > 0,
      flight,
      now: this.#now,
      forwarded,
      tags: (headers) =>
        pageTags(visit.tags().place, [...visit.tags().named, ...control.tagNames, ...groupTags(request, headers)]),
      status: (status) => this.#status(visit, status),
      store: (page) => this.#background.track(this.#write(visit, page, run)),
      refused: (reason) => {
        if (flight !== undefined) this.#store.flights.end(flight)
        if (refreshing) this.#store.failing.add(visit.key, this.#now())
        else if (reason !== "incomplete") this.#store.uncacheable.add(this.#markKey(visit, run), this.#now())
        this.#publish({ request, outcome: control.outcome, reason, stored: false })
      },
    })
  }

  async #write(visit: Visit, page: StoredPage, run: Run): Promise<void> {
    const { request, key, values } = visit
    const { flight, snapshot } = run
    const { variants, varyHeaders, conditionalHandler } = this.#policy
    const keep = keepFor(page.head, this.#now(), conditionalHandler)
    try {
      if (keep <= 0 || flight?.current === false || snapshot === undefined) {
        const reason = snapshot === undefined ? "store-error" : "outdated"
        this.#publish({ request, outcome: "miss", reason, stored: false })
        return
      }
      await this.#store.write(key, page, {
        values,
        keepFor: keep,
        placeTags: visit.tags().place,
        snapshot,
        variants,
        varyHeaders,
      })
      this.#store.uncacheable.delete(this.#markKey(visit, run))
      this.#store.failing.delete(key)
      this.#publish({ request, outcome: "miss", stored: true })
    } catch (error) {
      this.#publish({ request, outcome: "miss", reason: "store-error", stored: false, error })
    } finally {
      if (flight !== undefined) this.#store.flights.end(flight)
    }
  }

  /** What is marked when a run shows that there is nothing to wait for. */
  #markKey(visit: Visit, { flight, candidate }: Run): string {
    return flight?.key ?? this.#flightKey(visit, candidate?.head.vary.map(([name]) => name) ?? [])
  }

  /** Renews a page that has just been served stale, once, whoever asks. */
  #refreshInBackground(visit: Visit, page: StoredPage, refresh: NonNullable<LookupContext["refresh"]>): void {
    const flightKey = this.#flightKey(
      visit,
      page.head.vary.map(([name]) => name),
    )
    const most = this.#options.limits?.refreshes ?? defaultRefreshes
    if (this.#refreshes >= most || this.#store.flights.find(flightKey) !== undefined) return
    if (this.#store.failing.has(visit.key, this.#now())) return
    const flight = this.#store.flights.begin(flightKey, visit.tags().place)
    this.#refreshes += 1
    this.#background.track(this.#refresh(visit, page, flight, refresh))
  }

  async #refresh(
    visit: Visit,
    page: StoredPage,
    flight: Flight,
    refresh: NonNullable<LookupContext["refresh"]>,
  ): Promise<void> {
    const snapshot = await this.#store.snapshot(allTags(visit))
    const run: Run = { candidate: page, flight, snapshot, forwarded: { forward: "stale" }, refreshing: true }
    const fill = this.#recorded(visit, run)
    try {
      await within(
        refresh(fill, refreshHeaders(visit.request, visit.asked.cookies, page, fill.overrides)),
        refreshLimit,
      )
    } catch (error) {
      fill.fail(error)
    } finally {
      this.#refreshes -= 1
      // Nothing, if the fill has ended well.
      fill.abort()
    }
  }

  async #invalidate(request: PageRequest, status: number, headers: HeaderLines): Promise<void> {
    try {
      await this.#purger.invalidate(request, status, headers)
    } catch (error) {
      this.#publish({ request, outcome: "bypass", reason: "invalidation", error })
      warnOnce("A page could not be invalidated after it was written to: it may be served until it expires", error)
    }
  }

  /** What requests for the same page wait together for: the page, in the variant that the known names tell. */
  #flightKey({ key, values }: Visit, names: readonly string[]): string {
    const all = names.length === 0 ? this.#declared : [...new Set([...this.#declared, ...names])].sort()
    return all.length === 0 ? key : `${key}:${variantDigest(all, values)}`
  }

  #status(
    { debugging, key }: { readonly debugging: boolean; readonly key?: string },
    status: CacheStatus,
  ): string | undefined {
    const exposed = this.#options.status ?? "always"
    if (exposed === "never" || (exposed === "debug" && !debugging)) return undefined
    return formatCacheStatus(this.#policy.name, debugging ? { ...status, key } : { ...status, detail: undefined })
  }

  #publish(event: PageEvent): void {
    if (pageEvents.hasSubscribers) pageEvents.publish(event)
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

function once<Result>(make: () => Result): () => Result {
  let made: Result | undefined
  return () => {
    made ??= make()
    return made
  }
}

function allTags({ tags }: Visit): readonly string[] {
  const { place, named } = tags()
  return [...place, ...named]
}

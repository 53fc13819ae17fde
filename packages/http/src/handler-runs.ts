import type { Milliseconds, TagSnapshot } from "@larder/core"
import { BackgroundWork } from "./background-work.js"
import type { CacheStatus } from "./engine/cache-status.js"
import { withoutOwnField } from "./engine/downstream.js"
import type { HeaderLines } from "./engine/header-lines.js"
import type { Policy } from "./engine/policy.js"
import { keepFor } from "./engine/reuse.js"
import type { StoredPage } from "./engine/stored-page.js"
import type { FlightKeys } from "./flight-keys.js"
import type { Flight } from "./flights.js"
import { overridesOf, refreshHeaders, revalidation } from "./handler-request.js"
import { RecordingControl } from "./page-control.js"
import { publish } from "./page-events.js"
import type { PageRequest } from "./page-exchange.js"
import type { PagePurger } from "./page-purger.js"
import type { PageStore } from "./page-store.js"
import { groupTags, pageTags } from "./page-tags.js"
import { PassingFill } from "./passing-fill.js"
import { RecordedFill } from "./recorded-fill.js"
import type { StatusMember } from "./status-member.js"
import type { LookupContext, Visit } from "./visit.js"
import { warnOnce } from "./warn-once.js"
import { within } from "./within.js"

const refreshLimit: Milliseconds = 30_000

/** The arguments of a run of the handler. */
interface Run {
  /** The last good page. */
  readonly candidate: StoredPage | undefined
  /** The flight that other requests wait for, if any. */
  readonly flight: Flight | undefined
  /** `undefined` if the store failed: nothing will be stored. */
  readonly snapshot: TagSnapshot | undefined
  readonly forwarded: CacheStatus
  readonly refreshing: boolean
}

export interface HandlerRunsParts {
  readonly policy: Policy
  readonly store: PageStore
  readonly purger: PagePurger
  readonly flightKeys: FlightKeys
  readonly status: StatusMember
  readonly now: () => Milliseconds
  /** The maximum number of concurrent refreshes. */
  readonly mostRefreshes: number
}

/** Runs of the handler: recording, storing the result, and background refreshes. */
export class HandlerRuns {
  readonly #policy: Policy
  readonly #store: PageStore
  readonly #purger: PagePurger
  readonly #flightKeys: FlightKeys
  readonly #status: StatusMember
  readonly #now: () => Milliseconds
  readonly #mostRefreshes: number
  readonly #background = new BackgroundWork()
  #refreshes = 0

  constructor(parts: HandlerRunsParts) {
    this.#policy = parts.policy
    this.#store = parts.store
    this.#purger = parts.purger
    this.#flightKeys = parts.flightKeys
    this.#status = parts.status
    this.#now = parts.now
    this.#mostRefreshes = parts.mostRefreshes
  }

  /** Resolves when background work has ended. */
  settled(): Promise<void> {
    return this.#background.settled()
  }

  /** A run of the handler that is not recorded. Unsafe requests invalidate pages. */
  pass(
    request: PageRequest,
    context: LookupContext,
    status: CacheStatus,
    debugging: boolean,
    unsafe = false,
  ): PassingFill {
    const control = new RecordingControl("bypass", { outer: context.outer })
    publish({ request, outcome: "bypass", reason: status.detail ?? status.forward })
    const fill = new PassingFill({
      control,
      target: request.target,
      answered: (code, headers) => {
        if (unsafe && this.#policy.invalidate)
          fill.after(this.#background.track(this.#invalidate(request, code, headers)))
        const lines = withoutOwnField(headers, this.#policy)
        const member = this.#status.of({ debugging }, { ...status, forwardStatus: code })
        return member === undefined ? lines : [...lines, ["Cache-Status", member]]
      },
    })
    return fill
  }

  /** A recorded run, for a client that waits for it. */
  async record(visit: Visit, run: Pick<Run, "candidate" | "flight" | "forwarded">): Promise<RecordedFill> {
    const snapshot = await this.#store.snapshot(allTags(visit))
    return this.#recorded(visit, { ...run, snapshot, refreshing: false })
  }

  #recorded(visit: Visit, run: Run): RecordedFill {
    const { request, context, asked } = visit
    const { candidate, flight, forwarded, refreshing, snapshot } = run
    const policy = this.#policy
    const control = new RecordingControl(candidate === undefined ? "miss" : "stale", {
      revalidation: refreshing,
      outer: refreshing ? undefined : context.outer,
    })
    if (flight !== undefined) flight.leader = control
    const revalidators = policy.conditionalHandler && candidate !== undefined ? revalidation(candidate) : []
    return new RecordedFill({
      request,
      policy,
      control,
      target: visit.place.seen,
      overrides: overridesOf(request, visit.place.address, asked.cookies, revalidators),
      // A refresh is not authorized.
      authorized: asked.authorized && !refreshing,
      values: visit.values,
      candidate,
      conditions: revalidators.map(([name]) => name),
      flight,
      now: this.#now,
      forwarded,
      tags: (headers) =>
        pageTags(visit.tags.place, [...visit.tags.named, ...control.tagNames, ...groupTags(request, headers)]),
      storable: snapshot !== undefined,
      status: (status) => this.#status.of(visit, status),
      store: (page) => this.#background.track(this.#write(visit, page, run)),
      forget: () => void this.#background.track(this.#store.forget(visit.key)),
      refused: (reason, noPage) => {
        if (flight !== undefined) this.#store.flights.end(flight)
        if (refreshing) this.#store.failing.add(visit.key, this.#now())
        // The response to an authorized request says nothing about those to others.
        else if (noPage === "unshareable" && !asked.authorized)
          this.#store.uncacheable.add(this.#markKey(visit, run), this.#now())
        publish({ request, outcome: control.outcome, reason, stored: false })
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
        publish({ request, outcome: "miss", reason, stored: false })
        return
      }
      await this.#store.write(key, page, {
        values,
        keepFor: keep,
        placeTags: visit.tags.place,
        snapshot,
        variants,
        varyHeaders,
      })
      this.#store.uncacheable.delete(this.#markKey(visit, run))
      this.#store.failing.delete(key)
      publish({ request, outcome: "miss", stored: true })
    } catch (error) {
      publish({ request, outcome: "miss", reason: "store-error", stored: false, error })
    } finally {
      if (flight !== undefined) this.#store.flights.end(flight)
    }
  }

  /** The key to mark when a run shows that its response cannot be shared. */
  #markKey(visit: Visit, { flight, candidate }: Run): string {
    return flight?.key ?? this.#flightKeys.of(visit, candidate?.head.vary.map(([name]) => name) ?? [])
  }

  /** Refreshes a page that has just been served stale: in the background, and only once for concurrent requests. */
  refresh(visit: Visit, page: StoredPage, refresh: NonNullable<LookupContext["refresh"]>): void {
    const flightKey = this.#flightKeys.of(
      visit,
      page.head.vary.map(([name]) => name),
    )
    if (this.#refreshes >= this.#mostRefreshes || this.#store.flights.find(flightKey) !== undefined) return
    if (this.#store.failing.has(visit.key, this.#now())) return
    const flight = this.#store.flights.begin(flightKey, visit.tags.place)
    this.#refreshes += 1
    this.#background.track(this.#renew(visit, page, flight, refresh))
  }

  async #renew(
    visit: Visit,
    page: StoredPage,
    flight: Flight,
    refresh: NonNullable<LookupContext["refresh"]>,
  ): Promise<void> {
    const snapshot = await this.#store.snapshot(allTags(visit))
    const run: Run = { candidate: page, flight, snapshot, forwarded: { forward: "stale" }, refreshing: true }
    const fill = this.#recorded(visit, run)
    try {
      const headers = refreshHeaders(visit, page, fill.overrides, this.#policy.keyExtrasHeaders)
      await within(refresh(fill, headers), refreshLimit)
    } catch (error) {
      fill.fail(error)
    } finally {
      this.#refreshes -= 1
      // No effect if the fill has ended already.
      fill.abort()
    }
  }

  async #invalidate(request: PageRequest, status: number, headers: HeaderLines): Promise<void> {
    try {
      await this.#purger.invalidate(request, status, headers)
    } catch (error) {
      publish({ request, outcome: "bypass", reason: "invalidation", error })
      warnOnce("A page could not be invalidated after it was written to: it may be served until it expires", {
        cause: error,
      })
    }
  }
}

function allTags({ tags }: Visit): readonly string[] {
  const { place, named } = tags
  return [...place, ...named]
}

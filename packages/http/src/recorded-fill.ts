import type { Milliseconds } from "@larder/core"
import { BodyRecorder } from "./body-recorder.js"
import { initialAge } from "./engine/age.js"
import type { CacheStatus } from "./engine/cache-status.js"
import { isNotModified } from "./engine/conditional.js"
import { connectionFields } from "./engine/connection-fields.js"
import { announcedBytes } from "./engine/content-length.js"
import { downstreamHead } from "./engine/downstream.js"
import { entityTag } from "./engine/entity-tag.js"
import { confirms, freshenedHeaders, freshnessFields } from "./engine/freshen.js"
import { fieldOf, type HeaderLine, type HeaderLines, withoutFields } from "./engine/header-lines.js"
import type { Policy } from "./engine/policy.js"
import { notModifiedAtOnce, respond } from "./engine/respond.js"
import { freshFor, isFailure, mayStandIn } from "./engine/reuse.js"
import { decideStore, refusesCookies, type StoreDecision } from "./engine/store-decision.js"
import type { StoredHead, StoredPage } from "./engine/stored-page.js"
import type { VaryValues } from "./engine/variants.js"
import type { Flight, NoPage } from "./flights.js"
import type { RecordingControl } from "./page-control.js"
import type { PageRequest, PageResponse } from "./page-exchange.js"
import type { HeadDetails, PageAnswer, PageFill, WholeBody } from "./page-fill.js"

/** The arguments and callbacks of a recorded run. */
export interface RecordingPlan {
  readonly request: PageRequest
  readonly policy: Policy
  readonly control: RecordingControl
  readonly target: string
  readonly overrides: Map<string, string | null>
  readonly authorized: boolean
  readonly values: VaryValues
  /** The last good page: served if the handler fails, and the subject of the handler's 304. */
  readonly candidate: StoredPage | undefined
  /** The names in `overrides` that make the request conditional on the candidate. */
  readonly conditions: readonly string[]
  readonly flight: Flight | undefined
  readonly now: () => Milliseconds
  readonly tags: (headers: HeaderLines) => readonly string[] | undefined
  /** False if the store failed before the run: the page is recorded for those who wait for it, and not stored. */
  readonly storable: boolean
  readonly status: (status: CacheStatus) => string | undefined
  /** Stores the page; resolves when it is stored or will not be. Never rejects. */
  readonly store: (page: StoredPage) => Promise<void>
  /** Removes the candidate from the store. */
  readonly forget: () => void
  /** Called when the run ends without a page: why, and what that means for requests that wait for it. */
  readonly refused: (reason: string, noPage: NoPage) => void
  /** The status before the response is known. */
  readonly forwarded: CacheStatus
}

/** A run of the handler whose response may be stored as a page. */
export class RecordedFill implements PageFill {
  readonly control: RecordingControl
  readonly target: string
  readonly overrides: ReadonlyMap<string, string | null>
  readonly #plan: RecordingPlan
  readonly #startTime: Milliseconds
  /** True if the handler's request is conditional on the candidate. */
  #conditional: boolean
  #head: StoredHead | undefined
  #declaredBytes: number | undefined
  #body: BodyRecorder | undefined
  #ended: Promise<void> | undefined

  constructor(plan: RecordingPlan) {
    this.control = plan.control
    this.target = plan.target
    this.overrides = plan.overrides
    this.#plan = plan
    this.#conditional = plan.conditions.length > 0
    this.#startTime = plan.now()
  }

  get recording(): boolean {
    return this.#body?.complete === true && this.#ended === undefined
  }

  head(status: number, headers: HeaderLines, { whole, removed = [] }: HeadDetails = {}): PageAnswer {
    const { candidate } = this.#plan
    if (status === 304 && this.#conditional && candidate !== undefined) {
      return confirms(headers, candidate.head.headers)
        ? this.#revalidated(candidate, headers)
        : this.#unconfirmed(candidate)
    }
    if (isFailure(status)) {
      const standIn = this.#standIn(status)
      if (standIn !== undefined) return { ...standIn, body: standIn.body }
    }
    const now = this.#plan.now()
    const decision = this.#decide(status, headers, now)
    const lines = this.#downstream(headers, decision, now)
    if (decision.store) this.#record({ status, lines, headers, removed }, decision, now)
    else this.#end(decision.reason, isFailure(status) ? "failed" : "unshareable")
    const { flight, forwarded, policy, request, storable } = this.#plan
    if (whole === undefined) flight?.stream(policy.wait)
    else if (fieldOf(lines, "etag") === undefined) lines.push(...this.#tagEarly(whole))
    const stored = decision.store && storable && this.#declaredBytes !== undefined
    const ttl = this.#head === undefined ? undefined : freshFor(this.#head, now)
    const detail = decision.store ? (storable ? undefined : "store-error") : decision.reason
    const added = this.#statusLines({
      ...forwarded,
      forwardStatus: status,
      stored,
      ttl,
      detail: forwarded.detail ?? detail,
    })
    if (status === 200 && isNotModified(request.headers, lines, now)) return notModifiedAtOnce(lines, added)
    return { status, headers: [...lines, ...added], body: "handler" }
  }

  cookieAdded(): void {
    if (refusesCookies(this.#plan.policy)) this.#end("set-cookie")
  }

  chunk(bytes: Uint8Array): void {
    if (this.#ended !== undefined || this.#body === undefined) return
    this.#body.add(bytes)
    if (!this.#body.complete) this.#end("body-size")
  }

  end(): Promise<void> {
    if (this.#ended !== undefined) return this.#ended
    const body = this.#body
    if (this.#head === undefined || body === undefined) return this.#end("incomplete", "lost")
    if (this.control.skipped !== undefined) return this.#end(this.control.skipped)
    // Tags added after the head still count, but it is too late to add to `Vary`.
    const tags = this.#plan.tags(this.#head.headers)
    if (tags === undefined) return this.#end("tags")
    const varied = new Set(this.#head.vary.map(([name]) => name))
    if (![...this.control.varyNames].every((name) => varied.has(name))) return this.#end("vary")
    if (this.#declaredBytes !== undefined && this.#declaredBytes !== body.bytes) {
      return this.#end("incomplete", "lost")
    }
    const page = { head: { ...this.#head, tags }, body: body.take() }
    const tag = entityTag(page.head, page.body, this.#plan.policy)
    return this.#store({ head: withLines(page.head, tag), body: page.body })
  }

  abort(by?: "client"): void {
    this.#end("incomplete", by === "client" ? "left" : "lost")
  }

  fail(_error: unknown): PageResponse | undefined {
    const standIn = this.#standIn(undefined)
    this.#end("error", "failed")
    return standIn
  }

  #decide(status: number, headers: HeaderLines, now: Milliseconds): StoreDecision {
    const { policy, authorized } = this.#plan
    if (this.control.skipped !== undefined) return { store: false, reason: this.control.skipped }
    const facts = {
      status,
      headers,
      authorized,
      requestTime: this.#startTime,
      responseTime: now,
      vary: this.control.varyNames,
    }
    const decision = decideStore(facts, policy)
    if (!decision.store) return decision
    this.#declaredBytes = announcedBytes(headers) ?? undefined
    if ((this.#declaredBytes ?? 0) > policy.bodyBytes) return { store: false, reason: "body-size" }
    return decision
  }

  /** The lines for the client and for downstream caches. */
  #downstream(headers: HeaderLines, decision: StoreDecision, now: Milliseconds): HeaderLine[] {
    const { policy } = this.#plan
    const vary = decision.store ? decision.vary : [...policy.vary, ...this.control.varyNames]
    const lifetime = decision.store ? decision.freshness.lifetime : undefined
    return downstreamHead(headers, policy, { lifetime, vary: vary.filter((name) => !name.startsWith(":")), now })
  }

  /** `lines`: the head for clients; `headers`: the handler's. */
  #record(
    {
      status,
      lines,
      headers,
      removed,
    }: Pick<StoredHead, "status" | "removed"> & Record<"lines" | "headers", HeaderLines>,
    decision: StoreDecision & { store: true },
    now: Milliseconds,
  ): void {
    const { policy, tags, values } = this.#plan
    const names = tags(headers)
    if (names === undefined) {
      this.#end("tags")
      return
    }
    const vary = decision.vary.map((name) => [name, values(name)] as const)
    if (vary.some(([, value]) => value !== null && value.length > policy.headerBytes)) {
      this.#end("header-size")
      return
    }
    const left = connectionFields(headers)
    // Fields about this one exchange are not part of the page.
    for (const name of ["age", "cache-status", "content-length", ...decision.withheld]) left.add(name)
    this.#head = {
      ...decision.freshness,
      status,
      headers: withoutFields(lines, left),
      responseTime: now,
      vary,
      tags: names,
      removed,
      ...(policy.conditionalHandler ? { stated: freshnessFields(headers, policy) } : {}),
    }
    this.#body = new BodyRecorder(policy.bodyBytes)
  }

  /** Adds the entity tag to the page before its body is recorded, and returns it for the client. */
  #tagEarly(whole: WholeBody): HeaderLines {
    const { policy } = this.#plan
    const { byteLength } = whole
    const fits = byteLength <= policy.bodyBytes && byteLength === (this.#declaredBytes ?? byteLength)
    if (this.#head === undefined || !this.recording || !fits) return []
    const tag = entityTag(this.#head, whole.bytes, policy)
    this.#head = withLines(this.#head, tag)
    return tag
  }

  /** The handler confirmed the candidate, which is updated from this head (RFC 9111, 4.3.4). */
  #revalidated(candidate: StoredPage, headers: HeaderLines): PageAnswer {
    const { request, policy, forwarded } = this.#plan
    const now = this.#plan.now()
    const merged = freshenedHeaders(candidate.head.headers, headers, candidate.head.stated)
    const decision = this.#decide(candidate.head.status, merged, now)
    const lines = this.#downstream(merged, decision, now)
    const age = initialAge(merged, { requestTime: this.#startTime, responseTime: now })
    const head = { ...candidate.head, headers: lines, responseTime: now, initialAge: age }
    let page: StoredPage = { head, body: candidate.body }
    this.#declaredBytes = undefined
    const { status, removed } = candidate.head
    if (decision.store) this.#record({ status, lines, headers: merged, removed }, decision, now)
    else {
      // The updated page must not be stored, so the old one must not be served either.
      this.#plan.forget()
      this.#end(decision.reason)
    }
    if (this.#head !== undefined && this.#ended === undefined) {
      page = { head: this.#head, body: candidate.body }
      this.#store(page)
    }
    const member = this.#plan.status({ ...forwarded, forwardStatus: 304, ttl: freshFor(page.head, now) })
    return respond(page, { head: request.method === "HEAD", headers: request.headers }, policy, now, member)
  }

  /** The handler's 304 is about another response: the candidate is not updated (RFC 9111, 4.3.4) but removed. */
  #unconfirmed(candidate: StoredPage): PageAnswer {
    const { request, policy, conditions, overrides, forget, forwarded } = this.#plan
    this.#conditional = false
    for (const name of conditions) overrides.set(name, null)
    forget()
    const status = this.#plan.status({ ...forwarded, forwardStatus: 304, detail: "validator" })
    const asked = { head: request.method === "HEAD", headers: request.headers }
    return { ...respond(candidate, asked, policy, this.#plan.now(), status), again: true }
  }

  /** The last good page, if it may be served instead of a failure. */
  #standIn(failedStatus: number | undefined): PageResponse | undefined {
    const { candidate, request, policy } = this.#plan
    const now = this.#plan.now()
    if (candidate === undefined || !mayStandIn(candidate.head, now)) return undefined
    this.#end("error", "failed")
    const status = this.#plan.status({ forward: "stale", forwardStatus: failedStatus, detail: "stale-if-error" })
    return respond(candidate, { head: request.method === "HEAD", headers: request.headers }, policy, now, status)
  }

  #store(page: StoredPage): Promise<void> {
    const { flight } = this.#plan
    flight?.settle({ page })
    this.#body = undefined
    this.#ended = this.#plan.store(page)
    return this.#ended
  }

  #end(reason: string, noPage: NoPage = "unshareable"): Promise<void> {
    if (this.#ended !== undefined) return this.#ended
    this.#body = undefined
    this.#ended = Promise.resolve()
    this.#plan.flight?.settle({ noPage })
    this.#plan.refused(reason, noPage)
    return this.#ended
  }

  #statusLines(status: CacheStatus): HeaderLine[] {
    const member = this.#plan.status(status)
    return member === undefined ? [] : [["Cache-Status", member]]
  }
}

function withLines(head: StoredHead, added: HeaderLines): StoredHead {
  return { ...head, headers: [...head.headers, ...added] }
}

import { isToken } from "./engine/field-list.js"
import { rawRequestOf } from "./raw-request.js"

/** What the page cache found for a request. */
export type PageOutcome = "hit" | "stale" | "miss" | "bypass"

/** A handler's interface to the page cache: `cacheOf(request)`. */
export interface PageControl {
  /** Adds tags by which the page can be purged: any strings, at most 64 per page, including those of the options. */
  tags(...names: readonly string[]): void
  /** Adds request headers that the page depends on to `Vary` of the response. Throws a `TypeError` for an invalid name. */
  vary(...names: readonly string[]): void
  /** Prevents storing the page. The first reason is kept; it appears in page events and, when debugging, in `Cache-Status`. */
  skip(reason?: string): void
  /** The reason given to `skip`, also by a page cache around this one. */
  readonly skipped: string | undefined
  /** What the page cache found for this request. The handler runs on a `miss`, on a `bypass`, and to refresh a `stale` page. */
  readonly outcome: PageOutcome
  /** True if the handler runs in the background to refresh a stale page, and no client waits for the response. */
  readonly revalidation: boolean
}

const skippedByHandler = "skipped"
const none: ReadonlySet<string> = new Set()

/** The control of one page, as the cache reads it. Calls also reach the controls of the caches around it. */
export class RecordingControl implements PageControl {
  readonly outcome: PageOutcome
  readonly revalidation: boolean
  // Created on demand: a hit needs neither.
  #tagNames: Set<string> | undefined
  #varyNames: Set<string> | undefined
  /** The control of the page cache around this one. */
  readonly outer: PageControl | undefined
  #skipped: string | undefined

  constructor(
    outcome: PageOutcome,
    { revalidation = false, outer }: { revalidation?: boolean; outer?: PageControl | undefined } = {},
  ) {
    this.outcome = outcome
    this.revalidation = revalidation
    this.outer = outer
  }

  get tagNames(): ReadonlySet<string> {
    return this.#tagNames ?? none
  }

  get varyNames(): ReadonlySet<string> {
    return this.#varyNames ?? none
  }

  get skipped(): string | undefined {
    return this.#skipped ?? this.outer?.skipped
  }

  tags(...names: readonly string[]): void {
    this.#tagNames ??= new Set()
    for (const name of names) this.#tagNames.add(name)
    this.outer?.tags(...names)
  }

  vary(...names: readonly string[]): void {
    const bad = names.find((name) => name !== "*" && !isToken(name))
    if (bad !== undefined) throw new TypeError(`A page varies by names of headers; got ${JSON.stringify(bad)}`)
    this.#varyNames ??= new Set()
    for (const name of names) this.#varyNames.add(name.toLowerCase())
    this.outer?.vary(...names)
  }

  skip(reason: string = skippedByHandler): void {
    this.#skipped ??= reason
    this.outer?.skip(reason)
  }
}

/** Whether `sought` is `inner`, or the control of a page cache around it. */
export function isAround(sought: PageControl | undefined, inner: PageControl | undefined): boolean {
  if (sought === undefined || inner === undefined) return false
  return sought === inner || (inner instanceof RecordingControl && isAround(sought, inner.outer))
}

const attached: unique symbol = Symbol("larder.page")

/** A property that no client can set. A WeakMap usually costs more than everything else that an entry does for a hit. */
interface Attachable {
  [attached]?: PageControl
}

/** For objects that are not extensible, or expensive to extend. */
const controls = new WeakMap<object, PageControl>()

/**
 * Returns the page control of a request, which is the object that the framework passed to the handler. Without a page cache
 * around the handler, the control does nothing, so handlers need not check. With the page cache of node:http around an
 * application, the request object of the framework works too.
 */
export function cacheOf(request: object): PageControl {
  return attachedControl(request) ?? attachedControl(rawRequestOf(request)) ?? new RecordingControl("bypass")
}

/** For entries: makes `cacheOf(request)` return this control. `untouched`: without adding a property to the request. */
export function attachControl(request: object & Attachable, control: PageControl, untouched = false): void {
  if (untouched || controls.has(request) || !Object.isExtensible(request)) controls.set(request, control)
  else request[attached] = control
}

/** For entries: the control of a page cache that is already around this request. */
export function attachedControl(request: object & Attachable): PageControl | undefined {
  return controls.get(request) ?? request[attached]
}

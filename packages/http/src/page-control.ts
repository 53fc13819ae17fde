import { isToken } from "./engine/field-list.js"
import { rawRequestOf } from "./raw-request.js"

/** What became of a request at the page cache. */
export type PageOutcome = "hit" | "stale" | "miss" | "bypass"

/** What a handler can tell the page cache about the page that it makes, and ask about it: `cacheOf(request)`. */
export interface PageControl {
  /** Names under which the page can be purged. Any text; at most 64 a page, counting those of the options. */
  tags(...names: readonly string[]): void
  /** Request headers that the page depends on; they join `Vary` of the response. Throws a `TypeError` for what is no name. */
  vary(...names: readonly string[]): void
  /** The page is not stored. The first reason stays; it shows in traces and, when debugging, in `Cache-Status`. */
  skip(reason?: string): void
  /** The reason of `skip`, also of a page cache around this one. */
  readonly skipped: string | undefined
  /** What the page cache found for this request: the handler runs at a `miss`, at a `bypass`, and to refresh a `stale` page. */
  readonly outcome: PageOutcome
  /** True when no client waits for this answer: the handler runs in the background to refresh a stale page. */
  readonly revalidation: boolean
}

const skippedByHandler = "skipped"
const none: ReadonlySet<string> = new Set()

/** The control of one page, and what the cache reads from it. Calls also reach the controls of the caches around it. */
export class RecordingControl implements PageControl {
  readonly outcome: PageOutcome
  readonly revalidation: boolean
  // Made when they are needed: a hit has neither.
  #tagNames: Set<string> | undefined
  #varyNames: Set<string> | undefined
  /** That of the page cache around this one. */
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

/** Whether a control is this one, or that of a page cache further out. */
export function isAround(sought: PageControl | undefined, inner: PageControl | undefined): boolean {
  if (sought === undefined || inner === undefined) return false
  return sought === inner || (inner instanceof RecordingControl && isAround(sought, inner.outer))
}

const attached: unique symbol = Symbol("larder.page")

/** A property that no client can set: a WeakMap costs more than all else that an entry does for a hit. */
interface Attachable {
  [attached]?: PageControl
}

/** For those few objects that take no property. */
const controls = new WeakMap<object, PageControl>()

/**
 * The control of the page that answers this request: the object that the framework gave to the handler. Where no page
 * cache is around the handler, the control does nothing, so that handlers need not ask. With the page cache of node:http
 * around an application, what the framework made of the request will do as well.
 */
export function cacheOf(request: object): PageControl {
  return attachedControl(request) ?? attachedControl(rawRequestOf(request)) ?? new RecordingControl("bypass")
}

/** For entries: makes `cacheOf(request)` answer this control. */
export function attachControl(request: object & Attachable, control: PageControl): void {
  if (Object.isExtensible(request)) request[attached] = control
  else controls.set(request, control)
}

/** For entries: the control of a page cache that is already around this request. */
export function attachedControl(request: object & Attachable): PageControl | undefined {
  return request[attached] ?? controls.get(request)
}

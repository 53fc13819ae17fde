import type { HeaderLine, HeaderLines, RequestHeaders } from "../engine/header-lines.js"
import { formatHttpDate } from "../engine/http-date.js"
import type { PageResponse } from "../page-exchange.js"
import type { CacheControlDirectives } from "./cache-control-merge.js"
import { type HeadPatch, patchCacheControl, patchNeverCache, patchVary, withDefault } from "./head-patch.js"
import { evaluatePreconditions, quoteEtag, type Validators } from "./preconditions.js"

/** The request as header helpers see it. */
export interface Asked {
  readonly method: string
  readonly headers: RequestHeaders
}

type MaybePromise<Value> = Value | Promise<Value>

/** How a header helper changes the response of a handler. */
export interface HeaderChange {
  /** Headers to set before the handler runs, so that nothing inside adds its own. */
  readonly early?: HeaderLines
  /** Changes the handler's head. */
  readonly patch: HeadPatch
}

/** The effect of a header helper: changes the handler's response, or responds immediately. */
export type HeaderEffect<Request> = (request: Request, asked: Asked) => MaybePromise<HeaderChange | PageResponse>

/** How `conditional` determines the state of a resource without running the handler. */
export interface ConditionalOptions<Request> {
  /** Returns its entity tag, with or without quotes (`W/"..."` is a weak one); `undefined` for none. */
  readonly etag?: (request: Request) => MaybePromise<string | undefined>
  /** Returns when it last changed: a date, or milliseconds since the epoch; `undefined` if unknown. */
  readonly lastModified?: (request: Request) => MaybePromise<Date | number | undefined>
}

/** The header helpers for one framework. */
export interface HeaderHelpers<Request, Shape> {
  /** Merges directives into `Cache-Control` of the response, as `mergeCacheControl` does. */
  cacheControl(directives: CacheControlDirectives): Shape
  /** Tells all caches, including the browser's, not to store the response. */
  neverCache(): Shape
  /** Adds request headers to `Vary` of the response. */
  varyOnHeaders(...names: readonly string[]): Shape
  /** Adds `Cookie` to `Vary` of the response. */
  varyOnCookie(): Shape
  /**
   * Answers conditional requests before the handler runs: 304 if the client's copy is current, 412 if a precondition fails.
   * Responses to GET and HEAD get the `ETag` and the `Last-Modified`, unless they have their own.
   */
  conditional(options: ConditionalOptions<Request>): Shape
}

/** Creates the helpers for a framework, given how to apply an effect to a handler. */
export function headerHelpers<Request, Shape>(
  around: (effect: HeaderEffect<Request>) => Shape,
): HeaderHelpers<Request, Shape> {
  const always = (patch: HeadPatch) => around(() => ({ patch }))
  return {
    cacheControl: (directives) => always(patchCacheControl(directives)),
    neverCache: () => always(patchNeverCache()),
    varyOnHeaders: (...names) => always(patchVary(names)),
    varyOnCookie: () => always(patchVary(["Cookie"])),
    conditional: (options) => around(conditionalEffect(options)),
  }
}

function conditionalEffect<Request>({ etag, lastModified }: ConditionalOptions<Request>): HeaderEffect<Request> {
  return async (request, asked) => {
    const tag = await etag?.(request)
    const validators: Validators = {
      etag: tag === undefined ? undefined : quoteEtag(tag),
      lastModified: wholeSeconds(await lastModified?.(request)),
    }
    const reads = asked.method === "GET" || asked.method === "HEAD"
    const lines = reads ? linesOf(validators) : []
    const status = evaluatePreconditions(asked, validators)
    if (status !== undefined) return { status, headers: lines, body: null }
    return {
      early: lines,
      patch(head, answered) {
        if (answered >= 200 && answered < 300) {
          return lines.reduce((patched, [name, value]) => withDefault(patched, name, () => value), head)
        }
        return head.filter(
          ([name, value]) =>
            !lines.some(([own, validator]) => own.toLowerCase() === name.toLowerCase() && validator === value),
        )
      },
    }
  }
}

function linesOf({ etag, lastModified }: Validators): readonly HeaderLine[] {
  const lines: HeaderLine[] = []
  if (etag !== undefined) lines.push(["ETag", etag])
  if (lastModified !== undefined) lines.push(["Last-Modified", formatHttpDate(lastModified)])
  return lines
}

/** HTTP dates have whole seconds. */
function wholeSeconds(time: Date | number | undefined): number | undefined {
  if (time === undefined) return undefined
  const milliseconds = Number(time)
  if (Number.isNaN(milliseconds)) throw new TypeError("lastModified returned an invalid date")
  return Math.floor(milliseconds / 1_000) * 1_000
}

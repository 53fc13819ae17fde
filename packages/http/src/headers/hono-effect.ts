import type { Context, MiddlewareHandler } from "hono"
import { toResponse } from "../fetch/page-response.js"
import { askedBy, withPatchedHead } from "./fetch-effect.js"
import type { HeaderEffect } from "./header-effect.js"

/** A header helper as Hono middleware. */
export function effectHonoMiddleware(effect: HeaderEffect<Context>): MiddlewareHandler {
  return async (context, next) => {
    const made = await effect(context, askedBy(context.req.raw))
    if ("status" in made) return toResponse(made)
    await next()
    const patched = withPatchedHead(context.res, made.patch)
    // Hono merges the headers of the current response into its replacement.
    context.res = undefined
    context.res = patched
    return undefined
  }
}

import type { Timeout } from "@larder/core"
import type { NextFunction, Request, Response } from "express"
import { type HeaderEffect, type HeaderHelpers, headerHelpers } from "./headers/header-effect.js"
import { changeHead } from "./node/head-change.js"
import { PageLayer } from "./node/page-layer.js"
import { NodePageRequest } from "./node/request-view.js"
import { sendPage } from "./node/send-page.js"

/** Middleware of Express, for any route. */
export type Middleware = (request: Request, response: Response, next: NextFunction) => Promise<unknown>

function pageMiddleware(layer: PageLayer): Middleware {
  return async (request, response, next) => {
    // As "trust proxy" has them.
    const origin = { scheme: request.protocol, authority: request.host ?? "" }
    const { answer } = await layer.enter({ request, response, origin })
    return answer === undefined ? next() : sendPage(response, answer)
  }
}

function effectMiddleware(effect: HeaderEffect<Request>): Middleware {
  return async (request, response, next) => {
    const made = await effect(request, { method: request.method, headers: new NodePageRequest(request) })
    if ("status" in made) return sendPage(response, made)
    changeHead(response, made)
    return next()
  }
}

const helpers: HeaderHelpers<Request, Middleware> = headerHelpers(effectMiddleware)

export const cacheControl: HeaderHelpers<Request, Middleware>["cacheControl"] = helpers.cacheControl
export const neverCache: HeaderHelpers<Request, Middleware>["neverCache"] = helpers.neverCache
export const varyOnHeaders: HeaderHelpers<Request, Middleware>["varyOnHeaders"] = helpers.varyOnHeaders
export const varyOnCookie: HeaderHelpers<Request, Middleware>["varyOnCookie"] = helpers.varyOnCookie
export const conditional: HeaderHelpers<Request, Middleware>["conditional"] = helpers.conditional

type Method<This> = (this: This, request: Request, response: Response, next: NextFunction) => unknown

/** Puts middleware in front of a method of a controller: `@use(cachePage("5m", { cache }))`. */
export function use(
  middleware: Middleware,
): <This>(method: Method<This>, context: ClassMethodDecoratorContext<This>) => Method<This> {
  return (method) =>
    function (request, response, next) {
      return middleware(request, response, (error?: unknown) =>
        error === undefined ? method.call(this, request, response, next) : next(error),
      )
    }
}

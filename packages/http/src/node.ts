import { type HeaderHelpers, headerHelpers } from "./headers/header-effect.js"
import { effectWrapper, type HandlerWrapper } from "./node/handler-wrapper.js"
import type { NodeRequest } from "./node/node-message.js"

export { isRevalidation } from "./node/redispatch.js"

const helpers: HeaderHelpers<NodeRequest, HandlerWrapper> = headerHelpers(effectWrapper)

export const cacheControl: HeaderHelpers<NodeRequest, HandlerWrapper>["cacheControl"] = helpers.cacheControl
export const neverCache: HeaderHelpers<NodeRequest, HandlerWrapper>["neverCache"] = helpers.neverCache
export const varyOnHeaders: HeaderHelpers<NodeRequest, HandlerWrapper>["varyOnHeaders"] = helpers.varyOnHeaders
export const varyOnCookie: HeaderHelpers<NodeRequest, HandlerWrapper>["varyOnCookie"] = helpers.varyOnCookie
export const conditional: HeaderHelpers<NodeRequest, HandlerWrapper>["conditional"] = helpers.conditional

/** The Node request of a Fastify request or a Koa context; other objects unchanged. */
export function rawRequestOf(request: object): object {
  if ("raw" in request && isObject(request.raw)) return request.raw
  return "req" in request && isObject(request.req) ? request.req : request
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null
}

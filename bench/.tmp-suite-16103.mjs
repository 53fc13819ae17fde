export * from "./suites/redis.mjs"

import * as s from "./suites/redis.mjs"
export const operations = s.operations.filter((o) => /./.test(o))
export const contenders = Object.fromEntries(Object.entries(s.contenders).filter(([n]) => /./.test(n)))

import { Cache } from "@larder/core"
import { fragmentMany } from "@larder/fragments"
import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"
import { cachedBlocks, engines, items } from "../fragments/engines.mjs"

const FRAGMENTS = 50

export const title = "Fragments: a page of 50 fragments from Redis"
export const note =
  "Microseconds to render a list of 50 items, each of them a fragment that is in Redis. fragmentMany and Handlebars read all " +
  "of them in one call, Hono in concurrent calls, and the others one after the other."
export const baseline = "fragmentMany() in code"
export const unit = "µs"
export const perOperation = (_operation, nanoseconds) => nanoseconds / 1_000
export const operations = ["page"]

const data = { items: items(FRAGMENTS) }

async function measured(name, make) {
  const backend = new RedisBackend({ url: addressOf("REDIS_URL") })
  const cache = new Cache(backend, { keyPrefix: `bench-fragments-${name.replaceAll(/\W/g, "")}` })
  await cache.clear()
  const render = make(cache)
  const texts = [await render(data), await render(data)]
  if (texts[0] !== texts[1] || !texts[0].includes(`Number ${FRAGMENTS - 1}`))
    throw new Error("This engine does not render the list")
  return { page: () => render(data) }
}

export const contenders = {
  "fragmentMany() in code": () =>
    measured("code", (cache) => async (given) => {
      const parts = await fragmentMany(
        given.items,
        ({ id }) => [id],
        { cache, name: "item", timeout: 600 },
        ({ id, title }) => `<li>${id}: ${title}</li>`,
      )
      return parts.join("")
    }),
  ...Object.fromEntries(
    Object.entries(engines).map(([name, make]) => [
      name,
      () => measured(name, (cache) => make(cachedBlocks.each, cache)),
    ]),
  ),
}

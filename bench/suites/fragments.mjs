import { Cache } from "@larder/core"
import { fragment } from "@larder/fragments"
import { LocmemBackend } from "@larder/locmem"
import { cachedBlocks, engines, items } from "../fragments/engines.mjs"

export const title = "Fragments: a hit compared with rendering, in each engine"
export const note =
  "Microseconds to render a template that consists of one fragment, a list of 20 items with two escaped strings each: without " +
  "the cache tag (`rendered`), and with it on a hit in locmem (`hit`). Both include the engine's overhead for a template."
export const baseline = "fragment() in code"
export const unit = "µs"
export const perOperation = (_operation, nanoseconds) => nanoseconds / 1_000
export const operations = ["rendered", "hit"]

const data = { items: items(20) }

/** @param {(cached: boolean, cache: Cache) => (data: object) => Promise<string>} make */
async function measured(make) {
  const cache = new Cache(new LocmemBackend())
  const plain = make(false, cache)
  const cached = make(true, cache)
  const texts = [await plain(data), await cached(data), await cached(data)]
  if (new Set(texts).size !== 1 || !texts[0].includes("Number 19"))
    throw new Error("This engine does not render the list")
  return { rendered: () => plain(data), hit: () => cached(data) }
}

export const contenders = {
  "fragment() in code": () =>
    measured((cached, cache) => {
      const render = async (given) => given.items.map(({ id, title }) => `<li>${id}: ${title}</li>`).join("")
      return cached ? (given) => fragment("list", { cache, timeout: 600 }, () => render(given)) : render
    }),
  ...Object.fromEntries(
    Object.entries(engines).map(([name, make]) => [
      name,
      () => measured((cached, cache) => make(cached ? cachedBlocks.whole : cachedBlocks.none, cache)),
    ]),
  ),
}

import { Cache as Store } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { Hono } from "hono"
import { type Child, createContext, ErrorBoundary, type FC, jsx, Suspense, useContext } from "hono/jsx"
import { renderToReadableStream } from "hono/jsx/streaming"
import { describe, expect, it, vi } from "vitest"
import { uncacheable } from "./enclosing.js"
import { makeFragmentKey } from "./fragment-key.js"
import { createCache, type HonoCacheOptions } from "./hono.js"

function setUp(options: Partial<HonoCacheOptions> = {}, storeOptions = {}) {
  const store = new Store(new LocmemBackend(), storeOptions)
  const Cache = createCache({ cache: store, ...options })
  let calls = 0
  const Count: FC<{ of: unknown }> = ({ of }) => jsx("b", {}, `${String(of)}${++calls}`)
  const cached = (props: object, ...children: Child[]) => jsx(Cache, { name: "a", ...props }, ...children)
  return { store, Cache, Count, cached }
}

const later = <Value>(value: Value): Promise<Value> => new Promise((resolve) => setImmediate(resolve, value))

async function render(node: Child): Promise<string> {
  const app = new Hono()
  app.get("/", (c) => c.html(node as string))
  app.onError((error) => {
    throw error
  })
  const response = await app.request("/")
  return response.text()
}

describe("<Cache> of Hono JSX", () => {
  it("escapes texts, and nothing twice", async () => {
    const { cached } = setUp()
    for (let time = 0; time < 2; time++) {
      expect(await render(jsx("p", {}, cached({}, "<i>&", jsx("b", {}, "x"))))).toBe("<p>&lt;i&gt;&amp;<b>x</b></p>")
    }
  })

  it("works in itself, with no, several and async children", async () => {
    const { cached, Count } = setUp()
    const Late: FC = async () => jsx("i", {}, await later("late"))
    const page = () =>
      render(
        cached({ name: "b" }, jsx(Late, {}), cached({ tags: ["t"] }, jsx(Count, { of: 1 })), cached({ name: "c" })),
      )
    for (let time = 0; time < 2; time++) expect(await page()).toBe("<i>late</i><b>11</b>")
  })

  it("waits for a Suspense inside, also in a stream", async () => {
    const { store, cached } = setUp()
    const Late: FC = async () => jsx("i", {}, await later("late"))
    const suspended = () => cached({}, jsx(Suspense, { fallback: "loading" }, jsx(Late, {})))
    expect(await render(suspended())).toBe("<i>late</i>")
    expect(await store.get(makeFragmentKey("a"))).toBe("<i>late</i>")
    await store.delete(makeFragmentKey("a"))
    const text = await new Response(renderToReadableStream(suspended())).text()
    expect(text).toBe("<i>late</i>")
    expect(await store.get(makeFragmentKey("a"))).toBe("<i>late</i>")
  })

  it("sees the contexts around it, each its own, however many are rendered at once", async () => {
    const { cached } = setUp()
    const Language = createContext("none")
    const Show: FC = () => jsx("i", {}, useContext(Language))
    const ShowLate: FC = async () => {
      await later(undefined)
      return jsx(Show, {})
    }
    const of = (value: string, name: string) =>
      jsx(Language.Provider, { value }, cached({ name }, jsx(Show, {}), jsx(ShowLate, {})))
    const page = () => render(jsx("p", {}, of("de", "a"), of("en", "b"), of("fr", "c")))
    const expected = `<p>${["de", "en", "fr"].map((value) => `<i>${value}</i><i>${value}</i>`).join("")}</p>`
    expect([await page(), await page()]).toEqual([expected, expected])
  })

  it("stores nothing when a child fails, now or later", async () => {
    const { store, cached } = setUp()
    const Fail: FC = () => {
      throw new Error("no such thing")
    }
    const FailLate: FC = async () => {
      await later(undefined)
      throw new Error("no such thing")
    }
    for (const child of [Fail, FailLate]) {
      await expect(render(cached({}, jsx(child, {})))).rejects.toThrow("no such thing")
      expect(await store.has(makeFragmentKey("a"))).toBe(false)
    }
  })

  // Hono before 4.13 renders what a component returned only once all of its siblings are there: here, never.
  it("is there for others when the page that renders it fails beside it", async () => {
    const { cached } = setUp()
    let fail = (): void => undefined
    const failing = new Promise<never>((_, reject) => {
      fail = () => reject(new Error("no such thing"))
    })
    const Fail: FC = () => failing
    const first = render(jsx("p", {}, cached({}, "a"), jsx(Fail, {})))
    await later(undefined)
    const second = render(jsx("p", {}, cached({}, "a")))
    await later(undefined)
    fail()
    await expect(first).rejects.toThrow("no such thing")
    expect(await second).toBe("<p>a</p>")
  })

  it("stores what an ErrorBoundary shows, unless it says not to", async () => {
    const { store, cached } = setUp()
    const Fail: FC = () => {
      throw new Error("no such thing")
    }
    const fallbackRender = () => {
      uncacheable("an error")
      return "sorry"
    }
    const page = () => render(cached({}, jsx(ErrorBoundary, { fallbackRender }, jsx(Fail, {}))))
    expect(await page()).toContain("sorry")
    expect(await store.has(makeFragmentKey("a"))).toBe(false)
  })

  it("refuses what cannot be meant", async () => {
    const { cached, store } = setUp()
    await expect(render(cached({ name: undefined }, "a"))).rejects.toThrow("The name of a fragment must be")
    await expect(render(cached({ timeout: "soon" }, "a"))).rejects.toThrow("A timeout is")
    await expect(render(cached({ tag: "t" }, "a"))).rejects.toThrow("Unknown option tag")
    await expect(render(cached({ staleFor: 60 }, "a"))).rejects.toThrow("Unknown option staleFor")
    const own = createCache({ cache: store, digest: true } as unknown as HonoCacheOptions)
    await expect(render(jsx(own, { name: "a" }, "a"))).rejects.toThrow(
      "digest must be a string that changes with the template",
    )
    expect(() => createCache({ cache: store, staleFor: 60 } as HonoCacheOptions)).toThrow("Unknown option staleFor")
  })

  it("does not render in the background, where a cache does that by itself", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const { cached, Count } = setUp({}, { staleFor: 60, timeout: 10 })
    const page = () => render(cached({}, jsx(Count, { of: 1 })))
    await page()
    vi.advanceTimersByTime(11_000)
    expect(await page()).toBe("<b>11</b>")
    await later(undefined)
    vi.advanceTimersByTime(61_000)
    expect(await page()).toBe("<b>12</b>")
    vi.useRealTimers()
  })
})

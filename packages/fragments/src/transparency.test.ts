import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { engines } from "../test/engines.js"
import type { CacheTag, Template } from "../test/template-part.js"

/** A template with parts that a fragment could lose, change or mix up. */
type Shape =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print" | "call" | "include" | "item" }
  | { readonly kind: "each" | "cached"; readonly body: readonly Shape[] }

const shape = fc.letrec<{ shapes: readonly Shape[]; shape: Shape }>((tie) => ({
  shapes: fc.array(tie("shape"), { maxLength: 4 }),
  shape: fc.oneof(
    { maxDepth: 4 },
    fc.record({ kind: fc.constant("text" as const), text: fc.stringMatching(/^[ \n\ta-z<>&"'é😀|.-]{0,6}$/u) }),
    fc.record({ kind: fc.constantFrom("print" as const, "call" as const, "include" as const, "item" as const) }),
    fc.record({
      kind: fc.constantFrom("each" as const, "cached" as const),
      body: tie("shapes") as fc.Arbitrary<readonly Shape[]>,
    }),
  ),
})).shapes

/** The template of a shape. Without `tags`, what would be cached is only rendered. */
function templateOf(shapes: readonly Shape[], tags: boolean): Template {
  let count = 0
  const partOf = (one: Shape, inLoop: boolean, waits: boolean): Template => {
    if (one.kind === "text") return [one.text]
    if (one.kind === "print") return [{ print: "text" }]
    if (one.kind === "call") return [{ call: "shout", of: "id" }]
    // Nunjucks does not wait for the tags of a file that is included in a loop.
    if (one.kind === "include") return waits ? [{ include: tags ? "part" : "plain" }] : []
    if (!("body" in one)) return [{ print: inLoop ? "item" : "id" }]
    if (one.kind === "each") return [{ each: "list", body: partsOf(one.body, true, false) }]
    count += 1
    const vary = ["id", "text", inLoop ? "item" : "who"].map((variable) => ({ variable }))
    const tag: CacheTag = { name: `fragment ${count}`, vary }
    const body = partsOf(one.body, inLoop, true)
    return tags ? [{ cached: tag, body }] : body
  }
  const partsOf = (some: readonly Shape[], inLoop: boolean, waits: boolean): Template =>
    some.flatMap((one) => partOf(one, inLoop, waits))
  return partsOf(shapes, false, true)
}

const part: Template = [
  "[",
  { cached: { name: "part", vary: [{ variable: "text" }] }, body: [{ print: "text" }, " "] },
  "]",
]
const plain: Template = ["[", { print: "text" }, " ", "]"]
const shout = (value: unknown) => `${String(value)}!`
const visitors = [
  { id: 1, text: "<b>&", who: "Ada", list: ["a", "b"] },
  { id: 2, text: "plain", who: "Bob", list: [] },
  { id: 1, text: "plain", who: "Ada", list: ["b", "c", "b"] },
]

describe.each(engines)("a page with fragments is the page without them: $name", (engine) => {
  it("whatever its parts, for several visitors at once, at a miss and at a hit", async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (shapes) => {
        const cache = new Cache(new LocmemBackend())
        const render = engine.make({ cache, helpers: { shout }, files: { part, plain } })
        const bare = await Promise.all(visitors.map((data) => render(templateOf(shapes, false), data)))
        const page = templateOf(shapes, true)
        for (const time of ["at a miss", "at a hit"]) {
          const pages = await Promise.all(visitors.map((data) => render(page, data)))
          expect(pages, time).toEqual(bare)
        }
      }),
      { numRuns: 50 },
    )
  })
})

import { expect, it } from "vitest"
import type { HeaderLines } from "./header-lines.js"
import { effectiveDirectives } from "./targeted-fields.js"

const targets = ["larder-cache-control", "cdn-cache-control"]

function directives(...lines: HeaderLines) {
  const { directives: found, targeted } = effectiveDirectives(lines, targets)
  return { maxAge: found.maxAge, noStore: found.noStore, private: found.private, targeted }
}

it("obeys the first target that is present, whatever Cache-Control says", () => {
  expect(directives(["Cache-Control", "no-store"], ["CDN-Cache-Control", "max-age=60"])).toEqual({
    maxAge: 60_000,
    noStore: false,
    private: false,
    targeted: true,
  })
  expect(directives(["CDN-Cache-Control", "max-age=60"], ["Larder-Cache-Control", "max-age=5"]).maxAge).toBe(5_000)
  expect(directives(["CDN-Cache-Control", "private, max-age=1"]).private).toBe(true)
})

it("joins the lines of a field", () => {
  expect(directives(["CDN-Cache-Control", "max-age=60"], ["CDN-Cache-Control", "no-store"])).toMatchObject({
    maxAge: 60_000,
    noStore: true,
  })
})

it.each(["", "  ", "max-age=60,", "&&&", "Max-Age=60", "max-age=60 public", 'max-age="60'])(
  "falls back to Cache-Control for %j",
  (value) => {
    expect(directives(["Cache-Control", "max-age=7"], ["CDN-Cache-Control", value])).toMatchObject({
      maxAge: 7_000,
      targeted: false,
    })
  },
)

it("ignores a directive whose value has the wrong type", () => {
  expect(directives(["CDN-Cache-Control", 'max-age="60"']).maxAge).toBeUndefined()
  expect(directives(["CDN-Cache-Control", "max-age, no-store=?0"])).toMatchObject({ maxAge: undefined, noStore: false })
  expect(directives(["CDN-Cache-Control", "max-age=1.5"]).maxAge).toBeUndefined()
})

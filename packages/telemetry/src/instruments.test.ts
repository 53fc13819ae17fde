import { describe, expect, it } from "vitest"
import { instruments } from "./instruments.js"
import { prometheusName } from "./prometheus-name.js"

describe.each(instruments)("$name", (instrument) => {
  it("follows the naming conventions of Prometheus", () => {
    const name = prometheusName(instrument)
    expect(name).toMatch(/^larder(_[a-z]+)+$/)
    expect(name.endsWith("_total")).toBe(instrument.kind === "counter")
    if (instrument.unit === "s") expect(name).toMatch(/_seconds$/)
    if (instrument.unit === "By") expect(name).toMatch(/_bytes(_total)?$/)
  })

  it("has a description of one sentence", () => {
    expect(instrument.description).toMatch(/^[A-Z1][^.]*\.$/)
  })
})

it("gives each instrument a different name", () => {
  expect(new Set(instruments.map(prometheusName)).size).toBe(instruments.length)
})

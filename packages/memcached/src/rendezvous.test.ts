import { describe, expect, it } from "vitest"
import { Rendezvous } from "./rendezvous.js"

const names = ["10.0.0.1:11211", "10.0.0.2:11211", "10.0.0.3:11211", "10.0.0.4:11211"]
const keys = Array.from({ length: 20_000 }, (_, index) => `news:1:article:${index}`)

function chosen(servers: readonly string[]): (string | undefined)[] {
  const rendezvous = new Rendezvous(servers)
  return keys.map((key) => servers[rendezvous.choose(key)])
}

describe("rendezvous hashing", () => {
  it("shares keys out evenly", () => {
    const counts = new Map<string | undefined, number>()
    for (const name of chosen(names)) counts.set(name, (counts.get(name) ?? 0) + 1)
    for (const name of names) {
      expect(counts.get(name)).toBeGreaterThan((keys.length / names.length) * 0.95)
      expect(counts.get(name)).toBeLessThan((keys.length / names.length) * 1.05)
    }
  })

  it("moves a fifth of the keys to a fifth server, and no key between the others", () => {
    const added = "10.0.0.5:11211"
    const before = chosen(names)
    const after = chosen([...names, added])
    const moved = keys.flatMap((_, index) => (after[index] === before[index] ? [] : [after[index]]))
    expect(new Set(moved)).toEqual(new Set([added]))
    expect(moved.length / keys.length).toBeGreaterThan(0.19)
    expect(moved.length / keys.length).toBeLessThan(0.21)
  })

  it("asks not in which order the servers are named", () => {
    expect(chosen([...names].reverse())).toEqual(chosen(names))
  })

  it("keeps its choices from release to release, for entries lie where they were chosen to", () => {
    expect(chosen(names).slice(0, 12)).toMatchInlineSnapshot(`
      [
        "10.0.0.4:11211",
        "10.0.0.4:11211",
        "10.0.0.2:11211",
        "10.0.0.3:11211",
        "10.0.0.1:11211",
        "10.0.0.2:11211",
        "10.0.0.2:11211",
        "10.0.0.3:11211",
        "10.0.0.1:11211",
        "10.0.0.4:11211",
        "10.0.0.3:11211",
        "10.0.0.3:11211",
      ]
    `)
  })
})

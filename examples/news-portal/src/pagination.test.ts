import { describe, expect, it } from "vitest"
import { paginate } from "./pagination.js"

const letters = [..."abcdefg"]
const at = (address: string) => paginate(letters, new URL(address, "http://site"), 3)

describe("paginate", () => {
  it("shows the first page when none is asked for", () => {
    expect(at("/list")).toEqual({ items: ["a", "b", "c"], number: 1, count: 3, older: "/list?page=2" })
  })

  it("keeps the other parameters, and leaves out the number of the first page", () => {
    expect(at("/list?q=civil+war&page=2")).toEqual({
      items: ["d", "e", "f"],
      number: 2,
      count: 3,
      newer: "/list?q=civil+war",
      older: "/list?q=civil+war&page=3",
    })
  })

  it("ends with what is left", () => {
    expect(at("/list?page=3")).toEqual({ items: ["g"], number: 3, count: 3, newer: "/list?page=2" })
  })

  it.each(["0", "4", "-1", "1.5", "01", "", "x", "1e0", "99999999999999999999"])("has no page %j", (page) => {
    expect(at(`/list?page=${page}`)).toBeUndefined()
  })

  it("gives an empty list one empty page", () => {
    expect(paginate([], new URL("http://site/list"), 3)).toEqual({ items: [], number: 1, count: 1 })
  })
})

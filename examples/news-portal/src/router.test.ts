import { describe, expect, it } from "vitest"
import { htmlPage } from "./page.js"
import { Router } from "./router.js"

const handler = async () => htmlPage("")
const other = async () => htmlPage("")
const router = new Router([
  { method: "GET", path: "/", handler: other },
  { method: "GET", path: "/article/:slug", handler },
  { method: "POST", path: "/article/:slug", handler: other },
])

describe("Router", () => {
  it("finds the handler and the parameters of a path", () => {
    expect(router.match("GET", "/article/1862%20lincoln")).toEqual({ handler, parameters: { slug: "1862 lincoln" } })
    expect(router.match("POST", "/article/x")).toMatchObject({ handler: other })
  })

  it("sends HEAD where GET goes", () => {
    expect(router.match("HEAD", "/")).toMatchObject({ handler: other })
  })

  it("says which methods a path takes", () => {
    expect(router.match("DELETE", "/article/x")).toEqual({ handler: undefined, allowed: ["GET", "HEAD", "POST"] })
  })

  it.each(["/article", "/article/", "/article/x/y", "//", "/nothing"])("finds nothing at %s", (path) => {
    expect(router.match("GET", path)).toEqual({ handler: undefined, allowed: [] })
  })

  it("lets no encoded slash reach another route", () => {
    expect(router.match("GET", "/article%2Fx")).toEqual({ handler: undefined, allowed: [] })
  })

  it("takes a name like __proto__ for what it is", () => {
    expect(router.match("GET", "/article/__proto__")).toMatchObject({ parameters: { slug: "__proto__" } })
  })
})

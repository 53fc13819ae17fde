import { describe, expect, it } from "vitest"
import { type Route, Router } from "./router.js"

const handler = async () => undefined
const front: Route = { method: "GET", path: "/", handler }
const article: Route = { method: "GET", path: "/article/:slug", handler }
const post: Route = { method: "POST", path: "/article/:slug", handler }
const router = new Router([front, article, post])

describe("Router", () => {
  it("finds the route and the parameters of a path", () => {
    const match = router.match("GET", "/article/1862%20lincoln")
    expect(match).toEqual({ route: article, parameters: { slug: "1862 lincoln" } })
    expect(router.match("POST", "/article/x").route).toBe(post)
  })

  it("sends HEAD where GET goes", () => {
    expect(router.match("HEAD", "/").route).toBe(front)
  })

  it("says which methods a path takes", () => {
    expect(router.match("DELETE", "/article/x")).toEqual({ route: undefined, allowed: ["GET", "HEAD", "POST"] })
  })

  it.each(["/article", "/article/", "/article/x/y", "//", "/nothing"])("finds nothing at %s", (path) => {
    expect(router.match("GET", path)).toEqual({ route: undefined, allowed: [] })
  })

  it("lets no encoded slash reach another route", () => {
    expect(router.match("GET", "/article%2Fx")).toEqual({ route: undefined, allowed: [] })
  })

  it("takes a name like __proto__ for what it is", () => {
    expect(router.match("GET", "/article/__proto__")).toMatchObject({ parameters: { slug: "__proto__" } })
  })
})

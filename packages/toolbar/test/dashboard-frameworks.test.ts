import { once } from "node:events"
import type { IncomingMessage } from "node:http"
import { connect, createServer } from "node:http2"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"
import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import express, { type Request as ExpressRequest } from "express"
import fastify from "fastify"
import { Hono } from "hono"
import Koa from "koa"
import { afterEach, describe, expect, it } from "vitest"
import { Dashboard, type DashboardStats } from "../src/dashboard.js"
import type { NodeRequest } from "../src/node.js"
import { serve } from "./servers/sites.js"

const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const caches = [new Cache(new LocmemBackend(), { alias: "news" })]

/** A check like that of a login that runs before the handlers. */
function isOperator({ headers }: IncomingMessage): boolean {
  return headers.authorization === "Bearer operator"
}

function opened<Incoming extends NodeRequest | Request>(dashboard: Dashboard<Incoming>): Dashboard<Incoming> {
  ends.push(() => dashboard.close())
  return dashboard
}

/** Starts a site in each framework, with the dashboard at `/larder`. Resolves with its address. */
const frameworks: Readonly<Record<string, () => Promise<string>>> = {
  "node:http": () => {
    const dashboard = opened(new Dashboard({ caches, authorize: isOperator, path: "/larder" }))
    return serve((request, response) => {
      if (/^\/larder(?:[/?]|$)/.test(request.url ?? "")) dashboard.listener(request, response)
      else response.end("the site")
    })
  },
  Express: () => {
    const dashboard = opened(
      new Dashboard({
        caches,
        authorize: (request: ExpressRequest) => request.get("authorization") === "Bearer operator",
      }),
    )
    return serve(
      express()
        .use("/larder", dashboard.listener)
        .use((_request, response) => void response.send("the site")),
    )
  },
  "Express, with the path": () => {
    const dashboard = opened(new Dashboard({ caches, authorize: isOperator, path: "/larder" }))
    return serve(
      express()
        .use("/larder", dashboard.listener)
        .use((_request, response) => void response.send("the site")),
    )
  },
  Fastify: async () => {
    const dashboard = opened(new Dashboard({ caches, authorize: isOperator, path: "/larder" }))
    const app = fastify()
    app.all("/larder*", (request, reply) => {
      reply.hijack()
      dashboard.listener(request.raw, reply.raw)
    })
    app.get("/", () => "the site")
    ends.push(() => app.close())
    return app.listen({ host: "127.0.0.1", port: 0 })
  },
  Koa: () => {
    const dashboard = opened(new Dashboard({ caches, authorize: isOperator, path: "/larder" }))
    const app = new Koa()
    app.use(async (context, next) => {
      if (!/^\/larder(?:\/|$)/.test(context.path)) return next()
      context.respond = false
      dashboard.listener(context.req, context.res)
    })
    app.use(async (context) => {
      context.body = "the site"
    })
    return serve(app.callback())
  },
  Hono: () => {
    const dashboard = opened(
      new Dashboard({
        caches,
        authorize: ({ headers }: Request) => headers.get("authorization") === "Bearer operator",
        path: "/larder",
      }),
    )
    const app = new Hono()
    app.all("/larder/*", (context) => dashboard.fetch(context.req.raw))
    app.get("/", (context) => context.text("the site"))
    return serve(getRequestListener(app.fetch))
  },
}

function ask(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, headers: { authorization: "Bearer operator" }, redirect: "error" })
}

describe.each(Object.entries(frameworks))("the dashboard in %s", (_name, start) => {
  it("is a page with a link to the figures, with and without a trailing slash", async () => {
    const site = await start()
    for (const path of ["/larder", "/larder/", "/larder?from=mail"]) {
      const response = await ask(site + path)
      expect(response.status).toBe(200)
      expect(response.headers.get("cache-control")).toBe("no-store")
      expect(response.headers.get("content-security-policy")).toContain("script-src 'nonce-")
      const [, href = ""] = /<a href="([^"]+)">/.exec(await response.text()) ?? []
      const figures = await ask(String(new URL(href, response.url)))
      expect(figures.headers.get("content-type")).toBe("application/json; charset=utf-8")
      expect((await figures.json()) as DashboardStats).toMatchObject({ caches: [{ alias: "news" }] })
    }
  })

  it("denies access to others", async () => {
    const site = await start()
    for (const path of ["/larder", "/larder/stats.json", "/larder/nothing"]) {
      const response = await fetch(site + path)
      expect(response.status).toBe(403)
      expect(await response.text()).toBe("Forbidden\n")
    }
  })

  it("has no other paths or methods", async () => {
    const site = await start()
    expect((await ask(`${site}/larder/nothing`)).status).toBe(404)
    expect((await ask(`${site}/larder`, { method: "POST" })).status).toBe(405)
    const head = await ask(`${site}/larder/stats.json`, { method: "HEAD" })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe("")
  })

  it("leaves the rest of the site alone", async () => {
    expect(await (await fetch(await start())).text()).toBe("the site")
  })
})

it("is served over HTTP/2", async () => {
  const dashboard = opened(new Dashboard({ caches, authorize: ({ headers }: NodeRequest) => "cookie" in headers }))
  const server = createServer(dashboard.listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  ends.push(
    () => new Promise<void>((resolve) => server.close(() => resolve())),
    () => session.close(),
  )
  const request = session.request({ ":path": "/stats.json", cookie: "operator" })
  const [headers] = await once(request, "response")
  expect(headers).toMatchObject({ ":status": 200, "cache-control": "no-store" })
  expect(JSON.parse((await request.toArray()).join(""))).toMatchObject({ caches: [{ alias: "news" }] })
})

it("does not respond if another handler has responded meanwhile", async () => {
  let decide = (_allowed: boolean): void => undefined
  const dashboard = opened(
    new Dashboard({
      caches,
      authorize: () =>
        new Promise<boolean>((resolve) => {
          decide = resolve
        }),
    }),
  )
  const site = await serve((request, response) => {
    dashboard.listener(request, response)
    response.writeHead(503).end("too slow")
    decide(true)
  })

  expect(await (await fetch(site)).text()).toBe("too slow")
  expect((await fetch(site)).status).toBe(503)
})

it("tolerates a client that disconnects", async () => {
  let arrived = (): void => undefined
  let decide = (_allowed: boolean): void => undefined
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const dashboard = opened(
    new Dashboard({
      caches,
      authorize: () => {
        arrived()
        return new Promise<boolean>((resolve) => {
          decide = resolve
        })
      },
    }),
  )
  let left: Promise<unknown> = Promise.resolve()
  const site = await serve((request, response) => {
    left = once(response, "close")
    dashboard.listener(request, response)
  })
  const leaving = new AbortController()
  const asking = fetch(site, { signal: leaving.signal }).catch((error: unknown) => error)
  await arrival
  leaving.abort()
  await asking
  await left
  decide(true)

  expect((await dashboard.stats()).caches).toHaveLength(1)
})

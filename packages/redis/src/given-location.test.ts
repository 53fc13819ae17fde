import { createClient, createCluster } from "@keyv/redis"
import { Cluster, Redis } from "ioredis"
import { describe, expect, it } from "vitest"
import { givenLocation } from "./given-location.js"

const lazyConnect = true

describe("the location of a given client", () => {
  it.each([
    ["redis://one:6380/2", createClient({ url: "redis://ann:secret@one:6380/2" })],
    ["rediss://one:6379/0", createClient({ socket: { host: "one", tls: true }, password: "secret" })],
    ["redis://localhost:6379/0", createClient()],
    ["redis://one:6380/2", new Redis("redis://ann:secret@one:6380/2", { lazyConnect })],
    ["rediss://[fd00::1]:6379/0", new Redis({ host: "fd00::1", tls: {}, password: "secret", lazyConnect })],
    [
      "redis://one:26379,two:7000/1?sentinel=main",
      new Redis({ sentinels: [{ host: "one" }, { host: "two", port: 7000 }], name: "main", db: 1, lazyConnect }),
    ],
  ])("is %s, without credentials", (location, client) => {
    expect(givenLocation(client)).toBe(location)
  })

  it("is not told by a cluster, nor by a socket in the file system", () => {
    expect(givenLocation(createCluster({ rootNodes: [{ url: "redis://one" }] }))).toBeUndefined()
    expect(givenLocation(new Cluster([{ host: "one" }], { lazyConnect }))).toBeUndefined()
    expect(givenLocation(createClient({ socket: { path: "/run/redis.sock", tls: false } }))).toBeUndefined()
    expect(givenLocation(new Redis("/run/redis.sock", { lazyConnect }))).toBeUndefined()
  })
})

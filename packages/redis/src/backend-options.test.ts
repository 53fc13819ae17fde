import { describe, expect, it } from "vitest"
import { connectionOf, type RedisBackendOptions } from "./backend-options.js"

describe("the options", () => {
  it("name one store, without credentials", () => {
    expect(connectionOf({ url: "redis://:secret@host/1" }).location).toBe("redis://host:6379/1")
    expect(connectionOf({ cluster: ["redis://one", "redis://two"] }).location).toBe("redis://one:6379,two:6379")
    const options = { sentinels: ["redis://one"], master: "main", database: 2, username: "ann", password: "secret" }
    expect(connectionOf(options).location).toBe("redis://one:26379/2?sentinel=main")
  })

  it.each<[unknown, string]>([
    [undefined, "no store"],
    [{}, "no store, expected one of url, cluster, sentinels, client"],
    [{ url: "redis://host", client: {} }, "url and client"],
    [
      { url: "redis://host", database: 1 },
      "no option database beside url, expected url, connectTimeout, replyTimeout, tls",
    ],
    [{ url: 5 }, "5 names no Redis server"],
    [{ url: "redis://host", connectTimeout: 0 }, "connectTimeout is 0, expected seconds"],
    [{ url: "redis://host", replyTimeout: "1" }, "replyTimeout is 1, expected seconds"],
    [{ url: "redis://host", connectTimeout: Number.NaN }, "connectTimeout is NaN"],
    [{ cluster: [] }, "cluster names no server"],
    [{ cluster: "redis://host" }, "cluster names no server"],
    [{ cluster: ["redis://host/1"] }, "A cluster has no database but 0"],
    [{ sentinels: ["redis://host"] }, "expected what the sentinels call the master"],
    [{ sentinels: [], master: "main" }, "sentinels names no server"],
    [{ sentinels: ["redis://host"], master: "main", database: -1 }, "database is -1"],
    [{ url: "redis://host", addressMap: {} }, "no option addressMap beside url"],
    [{ cluster: ["redis://host"], addressMap: { host: "here" } }, 'addressMap has "host", expected addresses'],
    [{ url: "redis://host", tls: {} }, "tls is given for host:6379, whose URL does not begin with rediss:"],
    [{ cluster: ["rediss://one", "redis://two"], tls: {} }, "tls is given for two:6379"],
    [{ url: "rediss://host", tls: true }, "tls is of type boolean, expected options of tls.connect"],
    [{ url: "rediss://host", tls: null }, "tls is null, expected options of tls.connect"],
    [{ client: undefined }, "client is undefined, expected a KeyvRedis"],
    [{ client: {} }, "client is an object of Object, expected a KeyvRedis"],
    [{ client: new Map() }, "client is an object of Map"],
  ])("are refused as %j, saying %j", (options, complaint) => {
    expect(() => connectionOf(options as RedisBackendOptions)).toThrow(TypeError)
    expect(() => connectionOf(options as RedisBackendOptions)).toThrow(complaint)
  })
})

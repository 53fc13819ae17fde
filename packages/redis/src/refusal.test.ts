import { describe, expect, it } from "vitest"
import { RedisConnectionError } from "./located-error.js"
import { isRefusal } from "./refusal.js"

const location = "redis://host:6379/0"

describe("isRefusal", () => {
  it.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
    "NOPERM User reader has no permissions to run the 'set' command",
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
    "WRONGTYPE Operation against a key holding the wrong kind of value",
    "ERR Error running script: @user_script: 1: -OOM command not allowed",
  ])("is true of what a server says: %s", (message) => {
    expect(isRefusal(new Error(message))).toBe(true)
    expect(isRefusal(new RedisConnectionError(location, new Error(message)))).toBe(true)
  })

  it.each([
    "LOADING Redis is loading the dataset in memory",
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "CLUSTERDOWN Hash slot not served",
    "NOAUTH Authentication required.",
    "WRONGPASS invalid username-password pair or user is disabled.",
  ])("is false where a server says that it serves nobody: %s", (message) => {
    expect(isRefusal(new Error(message))).toBe(false)
    expect(isRefusal(new RedisConnectionError(location, new Error(message)))).toBe(false)
  })

  it.each([
    "connect ECONNREFUSED 127.0.0.1:6379",
    "Socket closed unexpectedly",
    "The client is closed",
    "Stream isn't writeable and enableOfflineQueue options is false",
    "No reply within 5000 ms",
  ])("is false of what a client says: %s", (message) => {
    expect(isRefusal(new RedisConnectionError(location, new Error(message)))).toBe(false)
    expect(isRefusal(new Error(message))).toBe(false)
  })
})

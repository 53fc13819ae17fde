import { Script } from "./script.js"

/** Removes the expiry; returns 1 if there is an entry, else 0. `PERSIST` alone returns 0 for one without expiry. */
export const persist: Script = new Script(`
if redis.call("PERSIST", KEYS[1]) == 1 then return 1 end
return redis.call("EXISTS", KEYS[1])
`)

/** Removes the entry if it holds exactly the first argument; returns how many it removed. */
export const deleteIfEqual: Script = new Script(`
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("UNLINK", KEYS[1])
`)

/**
 * Replaces the entry if it holds exactly the first argument. The second is the new value, the third its ttl in milliseconds,
 * or empty for none. Returns how many it replaced.
 */
export const replaceIfEqual: Script = new Script(`
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == "" then
  redis.call("SET", KEYS[1], ARGV[2])
else
  redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
end
return 1
`)

/**
 * Lua that adds `delta` to the integer under an existing `key`, and sets `answer` to the sum, to "type" for an entry that is
 * not a decimal integer, or to "range" if it or the sum is not a safe integer. A key of another type leaves it unchanged.
 *
 * INCRBY itself rejects all but 64-bit decimal integers in their shortest form, so it runs first: its sum is reverted if it
 * is out of range, and only what it rejects is examined. Lua uses doubles. They are exact for safe integers, and no other
 * sum of two is rounded into that range. A sum near the end of the range is returned as a string: node-redis 5 reads the
 * number 9007199254740991 as one more.
 */
function addition(key: string, delta: string): string {
  const limit = Number.MAX_SAFE_INTEGER
  return `
local sum = redis.pcall("INCRBY", ${key}, ${delta})
if type(sum) == "number" then
  local before = sum - ${delta}
  if sum > ${limit} or sum < -${limit} or before > ${limit} or before < -${limit} then
    redis.call("DECRBY", ${key}, ${delta})
    answer = "range"
  elseif sum > ${limit - 1_000} or sum < -${limit - 1_000} then
    answer = string.format("%.0f", sum)
  else
    answer = sum
  end
elseif string.find(sum.err, "integer") or string.find(sum.err, "overflow") then
  answer = string.match(redis.call("GET", ${key}), "^%-?[1-9]%d*$") and "range" or "type"
elseif not string.find(sum.err, "WRONGTYPE") then
  return sum
end`
}

/** Adds the first argument, a safe integer, to the entry; returns nil if there is none. */
export const increment: Script = new Script(`
local answer = false
if redis.call("EXISTS", KEYS[1]) == 1 then${addition("KEYS[1]", "ARGV[1]")} end
return answer
`)

/** The same for each key and the argument at its index; returns the results in their order. */
export const incrementMany: Script = new Script(`
local answers = {}
for index, value in ipairs(redis.call("MGET", unpack(KEYS))) do
  local answer = false
  if value then${addition("KEYS[index]", "ARGV[index]")} end
  answers[index] = answer
end
return answers
`)

/** Stores an entry for each key: the first argument is the ttl in milliseconds, empty for none, the others are the values. */
export const setMany: Script = new Script(`
local entries = {}
for index, key in ipairs(KEYS) do
  entries[2 * index - 1] = key
  entries[2 * index] = ARGV[index + 1]
end
redis.call("MSET", unpack(entries))
if ARGV[1] ~= "" then
  for _, key in ipairs(KEYS) do redis.call("PEXPIRE", key, ARGV[1]) end
end
`)

/** The scripts of gathered calls. If one had to be sent again, it would run after later calls. */
export const scriptsOfTurns: readonly Script[] = [setMany, increment, incrementMany]

import { Script } from "./script.js"

/** Removes the expiry; answers 1 for every entry, 0 for none. `PERSIST` alone answers 0 for one that has no expiry. */
export const persist: Script = new Script(`
if redis.call("PERSIST", KEYS[1]) == 1 then return 1 end
return redis.call("EXISTS", KEYS[1])
`)

/** Removes the entry while it holds exactly the first argument; answers how many it removed. */
export const deleteIfEqual: Script = new Script(`
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("UNLINK", KEYS[1])
`)

/**
 * Replaces the entry while it holds exactly the first argument, by the second one with the ttl in milliseconds of the
 * third, empty for none; answers how many it replaced.
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
 * Lua that adds `delta` to the integer under `key`, which is there, and leaves in `answer` the sum; "type" for an entry
 * that is no decimal integer, "range" when it or the sum is not a safe one; what was there for a key that holds no string.
 *
 * INCRBY itself refuses all but decimal integers of 64 bits in their shortest form, so it goes first: its sum is taken
 * back when it is out of range, and only what it refuses is looked at. Lua counts in doubles. They are exact for safe
 * integers, and round no other sum of two into their range. A sum near the end of the range goes out as text: node-redis
 * 5 reads the number 9007199254740991 as one more.
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

/** Adds the first argument, a safe integer, to the entry; nil for no entry. */
export const increment: Script = new Script(`
local answer = false
if redis.call("EXISTS", KEYS[1]) == 1 then${addition("KEYS[1]", "ARGV[1]")} end
return answer
`)

/** The same for each key and the argument of its place, one after the other; the answers in their order. */
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

/** What calls of one turn become. Sent again, one of these would come behind the calls that were made after it. */
export const scriptsOfTurns: readonly Script[] = [setMany, increment, incrementMany]

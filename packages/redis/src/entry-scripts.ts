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
 * Adds to the integer that a key holds, as one step, and answers the sum; nil for no entry, "type" for one that is not a
 * decimal integer, "range" when it or the sum is not a safe one.
 *
 * INCRBY itself refuses all that is no decimal integer of 64 bits in its shortest form, so it is asked first and its sum
 * looked at: it is taken back where it is out of range, and what it refused is looked into.
 *
 * Lua counts in doubles. They are exact for safe integers, and round no other sum of two into their range. A sum near the
 * end of the range goes out as text: node-redis 5 reads the number 9007199254740991 as one more.
 */
const add = `
local limit = ${Number.MAX_SAFE_INTEGER}
local function refusal(key, complaint)
  local value = redis.pcall("GET", key)
  if type(value) == "table" then return value.err end
  if not string.find(complaint, "integer") and not string.find(complaint, "overflow") then error(complaint) end
  if string.match(value, "^%-?[1-9]%d*$") then return "range" end
  return "type"
end
local function add(key, delta)
  if redis.call("EXISTS", key) == 0 then return false end
  local sum = redis.pcall("INCRBY", key, delta)
  if type(sum) == "table" then return refusal(key, sum.err) end
  local before = sum - delta
  if sum > limit or sum < -limit or before > limit or before < -limit then
    redis.call("DECRBY", key, delta)
    return "range"
  end
  if sum > limit - 1000 or sum < 1000 - limit then return string.format("%.0f", sum) end
  return sum
end
`

/** Adds the first argument, a safe integer, to the integer of a key. */
export const increment: Script = new Script(`${add} return add(KEYS[1], ARGV[1])`)

/** Adds to each key the argument of its place, one after the other; the answers in their order. */
export const incrementMany: Script = new Script(`${add}
local answers = {}
for index, key in ipairs(KEYS) do answers[index] = add(key, ARGV[index]) end
return answers
`)

/** Stores an entry for each key: the first argument is the ttl in milliseconds, empty for none, the others are the values. */
export const setMany: Script = new Script(`
for index, key in ipairs(KEYS) do
  if ARGV[1] == "" then
    redis.call("SET", key, ARGV[index + 1])
  else
    redis.call("SET", key, ARGV[index + 1], "PX", ARGV[1])
  end
end
`)

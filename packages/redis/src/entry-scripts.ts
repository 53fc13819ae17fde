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
 * Adds the first argument, a safe integer, and answers the sum; nil for no entry, "type" for one that is not a decimal
 * integer, "range" when it or the sum is not a safe one.
 *
 * Lua counts in doubles. They are exact for safe integers, and round no other sum of two into their range. The sum goes
 * out as text: node-redis 5 reads the number 9007199254740991 as one more.
 */
export const increment: Script = new Script(`
local value = redis.call("GET", KEYS[1])
if not value then return nil end
if value ~= "0" and not string.match(value, "^%-?[1-9]%d*$") then return "type" end
local integer = tonumber(value)
local sum = integer + tonumber(ARGV[1])
local limit = ${Number.MAX_SAFE_INTEGER}
if integer > limit or integer < -limit or sum > limit or sum < -limit then return "range" end
redis.call("INCRBY", KEYS[1], ARGV[1])
return string.format("%.0f", sum)
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

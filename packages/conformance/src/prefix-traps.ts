/** Prefixes that a pattern could take for more than themselves, and keys that it would match. */
export interface PrefixTraps {
  readonly prefixes: readonly string[]
  readonly bystanders: readonly string[]
}

/** Patterns of `KEYS` and `SCAN` in Redis, and of file names. */
export const globTraps: PrefixTraps = {
  prefixes: ["a*", "a?", "[ab]", "[^x]", "a\\*", "*", "?", "{a,b}", "a[b", "a\\"],
  bystanders: ["ab:1", "abc:1", "a:1", "b:1", "a\\x:1"],
}

/** What may be the escape character of LIKE: it has to be escaped too. */
const escapes = ["\\", "!", "|", "^", "#", "~"]

/** Patterns of LIKE in SQL. */
export const likeTraps: PrefixTraps = {
  prefixes: ["a%", "a_", "a\\%", "a\\", "%", "_", "%%", "__", "a'", ...escapes.map((character) => `${character}%`)],
  bystanders: [
    "ab:1",
    "abc:1",
    "a:1",
    "b:1",
    "a\\b:1",
    "%b:1",
    "_b:1",
    ...escapes.map((character) => `${character}b:1`),
  ],
}

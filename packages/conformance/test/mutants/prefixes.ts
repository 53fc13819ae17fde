import { MapBackend, type MapStore } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

/** A backend whose `clear` and `keys` compare keys with the prefix in a way of their own. */
export function matching(matches: (prefix: string, key: string) => boolean): new (store: MapStore) => MapBackend {
  return class extends MapBackend {
    override async clear(prefix: string): Promise<void> {
      for (const key of this.store.entries.keys()) if (matches(prefix, key)) this.store.entries.delete(key)
    }
    override async *keys(prefix: string): AsyncGenerator<string> {
      for (const key of [...this.store.entries.keys()]) if (matches(prefix, key) && this.find(key)) yield key
    }
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
}

/** A comparison with LIKE, whose pattern is the prefix with some characters escaped. */
function like(mark: string, escaped: RegExp) {
  return matching((prefix, key) => {
    let pattern = ""
    const written = [...prefix.replace(escaped, (character) => mark + character), "%"]
    for (let place = 0; place < written.length; place += 1) {
      const character = written[place] ?? ""
      if (character === mark && place + 1 < written.length) pattern += literal(written[++place] ?? "")
      else if (character === "%") pattern += ".*"
      else pattern += character === "_" ? "." : literal(character)
    }
    return new RegExp(`^${pattern}$`, "s").test(key)
  })
}

/** Defects of `clear` and `keys`: ways to compare a prefix. */
export const prefixMutants: readonly Mutant[] = [
  mutant(
    "ranges from the prefix to the prefix and U+FFFF, in bytes",
    ["clear.1", "iterate.1", "iterate.7"],
    matching((prefix, key) => {
      const bytes = Buffer.from(key)
      return bytes.compare(Buffer.from(prefix)) >= 0 && bytes.compare(Buffer.from(`${prefix}\uffff`)) < 0
    }),
  ),
  mutant(
    "ranges from the prefix to the next one, included",
    ["clear.2", "iterate.2"],
    matching((prefix, key) => {
      const next = prefix.slice(0, -1) + String.fromCodePoint((prefix.codePointAt(prefix.length - 1) ?? 0) + 1)
      return key >= prefix && key <= next
    }),
  ),
  mutant(
    "looks for the prefix anywhere in a key",
    ["clear.2", "iterate.2"],
    matching((prefix, key) => key.includes(prefix)),
  ),
  mutant("escapes % for LIKE, and not _", ["clear.4", "iterate.2"], like("\\", /[\\%]/g)),
  mutant("escapes % and _ for LIKE, and not the escape", ["clear.3", "clear.4", "iterate.2"], like("\\", /[%_]/g)),
  mutant("escapes % and _ by |, and not |", ["clear.4", "iterate.2"], like("|", /[%_]/g)),
  mutant(
    "escapes only the first % and _",
    ["clear.4", "iterate.2"],
    matching((prefix, key) => {
      const pattern = literal(prefix).replace("%", "\0").replace("_", "\x01").replaceAll("%", ".*").replaceAll("_", ".")
      return new RegExp(`^${pattern.replace("\0", "%").replace("\x01", "_")}`, "s").test(key)
    }),
  ),
  mutant(
    "makes a regular expression of the prefix",
    ["clear.3", "clear.4", "iterate.2"],
    matching((prefix, key) => {
      try {
        return new RegExp(`^${prefix}`).test(key)
      } catch {
        return key.startsWith(prefix)
      }
    }),
  ),
]

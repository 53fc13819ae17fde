import { MinimalBackend, ValueBackend } from "../minimal-backends.js"
import { type Mutant, mutant } from "../mutant.js"

/** Broken backends that bring a codec, and broken backends that have nothing but get, set and delete. */
export const valueMutants: readonly Mutant[] = [
  mutant(
    "takes a value that is falsy for a miss",
    ["values.1"],
    class extends ValueBackend {
      override async get(key: string) {
        return (await super.get(key)) || undefined
      }
    },
  ),
  {
    defect: "carries values by JSON",
    breaks: ["values.1", "values.2"],
    create: (store) =>
      new ValueBackend(store, {
        encode: (value) => (typeof value === "bigint" ? "a bigint" : JSON.stringify(value)),
        decode: (stored) => JSON.parse(stored as string),
      }),
  },
  mutant(
    "clones what it keeps",
    ["values.3"],
    class extends ValueBackend {
      override copy(value: unknown) {
        return structuredClone(value)
      }
    },
  ),
  mutant(
    "hands out copies, and compares what it keeps by identity",
    ["values.4"],
    class extends ValueBackend {
      override copy(value: unknown) {
        if (typeof value !== "object" || value === null) return value
        if (Array.isArray(value)) return [...value]
        return Object.assign(Object.create(Object.getPrototypeOf(value)), value)
      }
      async deleteIfEqual(key: string, value: unknown) {
        return this.find(key)?.value === value && this.delete(key)
      }
    },
  ),
  mutant(
    "has nothing but get, set and delete, and returns null for a miss",
    ["get.1"],
    class extends MinimalBackend {
      override async get(key: string) {
        return (await super.get(key)) ?? (null as never)
      }
    },
  ),
]

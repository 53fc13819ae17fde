import { MinimalBackend, ValueBackend } from "../minimal-backends.js"
import { type Mutant, mutant } from "../mutant.js"

/** Defects of backends with a codec, and of backends with only get, set and delete. */
export const valueMutants: readonly Mutant[] = [
  mutant(
    "treats a falsy value as a miss",
    ["values.1"],
    class extends ValueBackend {
      override async get(key: string) {
        return (await super.get(key)) || undefined
      }
    },
  ),
  {
    defect: "encodes values as JSON",
    breaks: ["values.1", "values.2"],
    create: (store) =>
      new ValueBackend(store, {
        encode: (value) => (typeof value === "bigint" ? "a bigint" : JSON.stringify(value)),
        decode: (stored) => JSON.parse(stored as string),
      }),
  },
  mutant(
    "clones stored values",
    ["values.3"],
    class extends ValueBackend {
      override copy(value: unknown) {
        return structuredClone(value)
      }
    },
  ),
  mutant(
    "returns copies, and compares stored values by identity",
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
    "has only get, set and delete, and returns null for a miss",
    ["get.1"],
    class extends MinimalBackend {
      override async get(key: string) {
        return (await super.get(key)) ?? (null as never)
      }
    },
  ),
]

import { UsageError } from "./usage-error.js"

/** The names in a new package. */
export interface BackendNames {
  /** The name of the package on npm: `larder-my-store`, `@acme/larder-store`. */
  readonly packageName: string
  /** The folder of the package. */
  readonly folder: string
  /** The `name` of the backend, the scheme of its URLs, and the beginning of its file name: `my-store`. */
  readonly store: string
  /** The beginning of its class names: `MyStore`. */
  readonly classPrefix: string
}

/** The longest name that npm accepts. */
const maxLength = 214

// npm's rules for new packages, except that the part after the scope must begin with a letter, because it names a class.
const scope = /^@[a-z0-9][a-z0-9._-]*\//
const unscopedName = /^[a-z][a-z0-9._-]*$/

/**
 * Derives the names from that of the store (`my-store`) or the package (`larder-my-store`, `@acme/larder-store`). Throws a
 * `UsageError` if npm would not accept the package.
 */
export function backendNames(given: string): BackendNames {
  const scoped = scope.exec(given)?.[0] ?? ""
  const folder = given.slice(scoped.length)
  const packageName = scoped === "" && !folder.startsWith("larder-") ? `larder-${folder}` : given
  if (!unscopedName.test(folder))
    throw new UsageError(`${JSON.stringify(given)} is not a valid package name${advice(given)}`)
  if (packageName.length > maxLength) throw new UsageError(`A package name has at most ${maxLength} characters`)
  const words = storeOf(folder)
    .split(/[._-]+/)
    .filter((word) => word !== "")
  return { packageName, folder, store: words.join("-"), classPrefix: words.map(capitalized).join("") }
}

/** Removes `larder-` and `-backend`, unless nothing or no letter would be left at the beginning. */
function storeOf(folder: string): string {
  return folder.replace(/^larder-(?=[a-z])/, "").replace(/(?<=.)-backend$/, "")
}

function capitalized(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}

function advice(given: string): string {
  const lower = given.toLowerCase()
  return lower !== given && unscopedName.test(lower.replace(scope, ""))
    ? `; ${lower} is`
    : ": use lowercase letters, digits, -, . and _, beginning with a letter, as in my-store or @acme/larder-store"
}

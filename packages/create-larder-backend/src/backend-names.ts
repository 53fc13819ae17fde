import { UsageError } from "./usage-error.js"

/** What the parts of a new backend are called. */
export interface BackendNames {
  /** The name of the package on npm: `larder-my-store`, `@acme/larder-store`. */
  readonly packageName: string
  /** The folder that the package is written into. */
  readonly folder: string
  /** `name` of the backend, the scheme of its URLs, and the beginning of its file's name: `my-store`. */
  readonly store: string
  /** The beginning of the names of its classes: `MyStore`. */
  readonly classPrefix: string
}

/** Longest name that npm accepts. */
const maxLength = 214

// npm's rules for new packages, except that the part after the scope begins with a letter: names of classes do.
const scope = /^@[a-z0-9][a-z0-9._-]*\//
const unscopedName = /^[a-z][a-z0-9._-]*$/

/**
 * The names of a backend by what its author calls it: the store (`my-store`), or the package (`larder-my-store`,
 * `@acme/larder-store`). Throws a `UsageError` if npm would not accept the package.
 */
export function backendNames(given: string): BackendNames {
  const scoped = scope.exec(given)?.[0] ?? ""
  const folder = given.slice(scoped.length)
  const packageName = scoped === "" && !folder.startsWith("larder-") ? `larder-${folder}` : given
  if (!unscopedName.test(folder))
    throw new UsageError(`${JSON.stringify(given)} is no name for a package${advice(given)}`)
  if (packageName.length > maxLength) throw new UsageError(`A name has at most ${maxLength} characters`)
  const words = storeOf(folder)
    .split(/[._-]+/)
    .filter((word) => word !== "")
  return { packageName, folder, store: words.join("-"), classPrefix: words.map(capitalized).join("") }
}

/** Without what says only that it is a backend of Larder, as long as something is left. */
function storeOf(folder: string): string {
  return folder.replace(/^larder-(?=[a-z])/, "").replace(/(?<=.)-backend$/, "")
}

function capitalized(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}

function advice(given: string): string {
  const lower = given.toLowerCase()
  return lower !== given && unscopedName.test(lower.replace(scope, ""))
    ? `; ${lower} is one`
    : ": it needs small letters, digits, -, . and _, with a letter first, as in my-store or @acme/larder-store"
}

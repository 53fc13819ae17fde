import { readFile, stat } from "node:fs/promises"
import { conditional, type HandlerWrapper } from "@larder/http/node"
import type { Handler } from "./page.js"

const contentTypes = new Map([
  ["css", "text/css; charset=utf-8"],
  ["js", "text/javascript; charset=utf-8"],
  ["svg", "image/svg+xml"],
])

/** Serves a file of the `assets` folder. Browsers use it for five minutes before they ask whether it has changed. */
export function assets(): Handler {
  return async ({ url }) => {
    const asset = assetAt(url.pathname)
    const body = asset && (await ifExists(readFile(asset.file)))
    if (asset === undefined || body === undefined) return undefined
    const headers = { "content-type": asset.contentType, "cache-control": "public, max-age=300" }
    return { status: 200, headers, body }
  }
}

/** Answers with a 304 if the browser has the asset as it is. */
export function ifChanged(): HandlerWrapper {
  return conditional({
    async lastModified({ url = "" }) {
      const asset = assetAt(url.replace(/\?.*/, ""))
      return asset && (await ifExists(stat(asset.file)))?.mtime
    },
  })
}

/** The pattern keeps names inside the folder. */
function assetAt(path: string): { readonly file: URL; readonly contentType: string } | undefined {
  const [, name, extension = ""] = /\/([a-z]+(?:-[a-z]+)*\.([a-z]+))$/.exec(path) ?? []
  const contentType = contentTypes.get(extension)
  return contentType === undefined ? undefined : { file: new URL(`../assets/${name}`, import.meta.url), contentType }
}

async function ifExists<Result>(reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

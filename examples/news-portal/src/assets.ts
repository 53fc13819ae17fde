import { readFile } from "node:fs/promises"
import type { Handler, Page } from "./page.js"

const contentTypes = new Map([
  ["css", "text/css; charset=utf-8"],
  ["js", "text/javascript; charset=utf-8"],
  ["svg", "image/svg+xml"],
])

/** Serves a file of the `assets` folder. The pattern keeps names inside it. */
export function assets(): Handler {
  return async ({ parameters }) => {
    const [, name, extension] = /^([a-z]+(?:-[a-z]+)*)\.([a-z]+)$/.exec(parameters.file ?? "") ?? []
    const contentType = contentTypes.get(extension ?? "")
    if (contentType === undefined) return undefined
    return fileAsPage(new URL(`../assets/${name}.${extension}`, import.meta.url), contentType)
  }
}

async function fileAsPage(file: URL, contentType: string): Promise<Page | undefined> {
  try {
    return { status: 200, headers: { "content-type": contentType }, body: await readFile(file) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

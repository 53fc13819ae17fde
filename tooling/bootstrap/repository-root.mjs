import { fileURLToPath } from "node:url"

/** The absolute path of the folder that holds the workspace, without a slash at its end. */
export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "")

export type { FilesystemBackendOptions } from "./backend-options.js"
export { fromUrl } from "./file-url.js"
export { FilesystemBackend } from "./filesystem-backend.js"
export { FilesystemError } from "./filesystem-error.js"

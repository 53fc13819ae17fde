export { fromUrl } from "./from-url.js"
export { MyStoreBackend, type MyStoreBackendOptions, type StoredEntry } from "./my-store-backend.js"

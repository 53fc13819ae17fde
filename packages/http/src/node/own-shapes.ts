/**
 * True if V8 gives each object whose prototype was replaced a hidden class of its own: before version 13 (Node 20 and 22).
 * Express replaces the prototype of each request and response. Adding a property to one then copies its hidden class, and
 * `object.name` misses every inline cache.
 */
export const shapesAreOwn: boolean = Number.parseInt(process.versions.v8, 10) < 13

/** Reads an own property. A keyed access that has seen many names searches such an object itself; a named one calls the runtime. */
export function ownProperty<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
): Target[Name] {
  return target[name]
}

/**
 * Whether objects whose prototype was replaced, as Express replaces that of each request and response, have a hidden class of
 * their own each: V8 before 13 (Node 20 and 22). A property more then copies the class, and `object.name` misses every cache.
 */
export const shapesAreOwn: boolean = Number.parseInt(process.versions.v8, 10) < 13

/** An own property. One keyed access for all names looks into the object where a named one would call the runtime. */
export function ownProperty<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
): Target[Name] {
  return target[name]
}

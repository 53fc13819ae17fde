/**
 * Freezes a value of plain objects and arrays, all the way down. One that holds anything which freezing cannot make
 * constant (a Date, Map, Set, URL, RegExp, bytes) is left wholly as it is, so that `Object.isFrozen` of the value tells
 * whether it may be handed out.
 */
export function deepFreeze(value: unknown): void {
  if (!isObject(value)) return
  // A Set also hands out what is added while it is walked.
  const objects = new Set<object>([value])
  for (const object of objects) {
    if (!isFreezable(object)) return
    for (const part of Object.values(object)) if (isObject(part)) objects.add(part)
  }
  for (const object of objects) Object.freeze(object)
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null
}

function isFreezable(object: object): boolean {
  if (Array.isArray(object)) return true
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || prototype === Object.prototype
}

/**
 * Reading and writing typed arrays in one word each; the engine inlines them. One function for each sort of array keeps
 * them fast.
 */
export function addInt(array: Int32Array, index: number, by: number): void {
  array[index] = (array[index] as number) + by
}

export function addFloat(array: Float64Array, index: number, by: number): void {
  array[index] = (array[index] as number) + by
}

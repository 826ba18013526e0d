/** Joins lists in the order of the parts, and says where each part's elements begin. */
export function concatLists(lists: readonly (readonly unknown[])[]): { list: unknown[]; offsets: number[] } {
  const list: unknown[] = []
  const offsets: number[] = []
  for (const part of lists) {
    offsets.push(list.length)
    for (const element of part) list.push(element)
  }
  return { list, offsets }
}

import { listingCategories, type ListingCategory } from '../../platform/directory/snapshot.ts'

/** Articles of 市场监督管理严重违法失信名单管理办法, in the order of `listingCategories`: 5 to 11. */
const articles = ['五', '六', '七', '八', '九', '十', '十一']
/** Words of which one or more occur in the Chinese label of each category, in the same order. */
const words = [
  /食品/,
  /药品|医疗器械|化妆品/,
  /质量安全|产品质量|特种设备/,
  /消费者/,
  /公平竞争|市场秩序|不正当竞争|知识产权|传销|虚假广告/,
  /无证经营|许可登记|未经许可|虚假材料|妨碍检查|阻碍检查/,
  /拒不履行/,
]

/**
 * Category of a listing from its code (FOOD_SAFETY), its Chinese label (食品安全领域) or the article of the 办法 it rests on
 * (第五条, 5). Null when none, or more than one, fits.
 */
export function parseListingCategory(text: string): ListingCategory | null {
  const compact = text.replace(/\s/g, '').toUpperCase()
  const exact = listingCategories.find((category) => category === compact)
  if (exact !== undefined) return exact
  const article =
    /^(?:《?市场监督管理严重违法失信名单管理办法》?|《?办法》?)?第?([五六七八九十]{1,2}|[5-9]|1[01])条?(?:第.+[款项])?$/.exec(
      compact,
    )?.[1]
  if (article !== undefined) {
    const index = articles.indexOf(article)
    return listingCategories[index >= 0 ? index : Number(article) - 5] ?? null
  }
  const fitting = listingCategories.filter((_, index) => words[index]?.test(compact))
  const [only] = fitting
  return fitting.length === 1 && only !== undefined ? only : null
}

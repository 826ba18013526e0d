import type { Courier } from '../courier.ts'
import type { DeliveryNode } from '../delivery-node.ts'
import type { Life } from './sim-county.ts'
import type { SimCounty, World } from './world.ts'

/** How bad the network is: probabilities, and delays in milliseconds. */
export interface Weather {
  lost: number
  answerLost: number
  duplicated: number
  broken: number
  slowest: number
}

/** A network without faults. */
export const fairWeather: Weather = { lost: 0, answerLost: 0, duplicated: 0, broken: 0, slowest: 20 }

/** The way from one county to the others, as bad as the weather. */
export function simulatedCourier(world: World, from: SimCounty, life: Life): Courier {
  const call = <Result>(to: string, name: string, work: (node: DeliveryNode) => Promise<Result>): Promise<Result> => {
    life.at('before send')
    return new Promise((resolve, reject) => {
      const { random, weather } = world
      const way = [from.code, to].toSorted().join(' ')
      const delay = () => 1 + random.below(weather.slowest)
      const arrive = (answer: (result: Result) => void): void => {
        const { node, life: living } = world.county(to)
        if (!node || living.dead || world.cut.has(way)) {
          world.log(`${from.code} → ${to} ${name}: nobody there`)
          world.after(delay(), () => reject(new Error('connection refused')))
          return
        }
        const fail = (error: unknown) => world.after(delay(), () => reject(error))
        work(node).then((result) => {
          try {
            living.at('before acknowledgement')
            answer(result)
            living.at('after acknowledgement')
          } catch (error) {
            fail(error)
          }
          return result
        }, fail)
      }
      const back = (result: Result): void => {
        if (random.chance(weather.answerLost)) {
          world.log(`${from.code} → ${to} ${name}: the answer is lost`)
          return
        }
        world.after(delay(), () => {
          if (life.dead) return
          if (random.chance(weather.broken)) {
            world.log(`${from.code} → ${to} ${name}: broke off in the middle of the answer`)
            reject(new Error('broken off'))
          } else resolve(result)
        })
      }
      if (random.chance(weather.lost)) world.log(`${from.code} → ${to} ${name}: lost`)
      else world.after(delay(), () => arrive(back))
      if (random.chance(weather.duplicated)) world.after(delay() * 3, () => arrive(() => {}))
      try {
        life.at('after send')
      } catch (error) {
        reject(error)
      }
    })
  }
  return {
    deliver: async (to, envelopes) =>
      call(to, `deliver ${envelopes.length}`, async (node) => {
        const whole = world.random.chance(world.weather.broken)
        if (whole) throw new Error('broken off in the middle of the request')
        return node.receive(envelopes, from.code)
      }),
    missing: async (to, question) => call(to, 'missing', (node) => node.archive.missing(from.code, question)),
    heads: async (to, after) => call(to, 'heads', (node) => node.archive.heads(from.code, after)),
  }
}

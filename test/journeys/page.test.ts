import { ApolloServer } from '@apollo/server'
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerPlayground } from '../../gateway/playground/playground.plugin.ts'
import { openBrowserPage, type WatchedPage } from './browser.ts'

const operations = [
  {
    name: '01-who',
    document: 'query Who($greeting: String!) {\n  who(greeting: $greeting)\n}\n',
    variables: '{"greeting": "你好"}',
  },
  { name: '02-now', document: '# 现在 the present\nquery Now {\n  now\n}\n' },
]
let app: FastifyInstance
let address: string
let watched: WatchedPage
let tokens = 0

beforeAll(async () => {
  app = Fastify()
  const apollo = new ApolloServer<{ who: string }>({
    typeDefs: 'type Query { who(greeting: String!): String! now: String! }',
    resolvers: {
      Query: {
        who: (_: unknown, { greeting }: { greeting: string }, context: { who: string }) => `${greeting} ${context.who}`,
        now: () => '2026-11-21',
      },
    },
    plugins: [fastifyApolloDrainPlugin(app)],
  })
  await apollo.start()
  registerPlayground(app, {
    path: '/',
    endpoint: '/graphql',
    operations,
    demo: {
      clients: [
        { id: 'first', label: '第一 First', purpose: 'approval/A-1' },
        { id: 'second', label: '第二 Second' },
      ],
      token: async (id) => `${id}-token-${++tokens}`,
    },
  })
  await app.register(fastifyApollo(apollo), {
    context: async (request) => ({
      who: `${request.headers.authorization} ${String(request.headers['exchange-purpose'])}`,
    }),
  })
  address = (await app.listen({ host: '127.0.0.1', port: 0 })).replace('127.0.0.1', 'localhost')
  watched = await openBrowserPage()
})

afterAll(async () => {
  await watched?.close()
  await app?.close()
})

test('the page opens the example operations as tabs and asks no other host for anything', async () => {
  const { page, hosts, problems } = watched
  await page.goto(address)
  await page.waitForSelector('.graphiql-execute-button')
  expect(await page.title()).toContain('联动 Liandong')
  expect(await page.locator('.graphiql-tab').allInnerTexts()).toEqual(['Who', 'Now'])
  await page.waitForLoadState('networkidle')
  expect([...hosts]).toEqual([new URL(address).host])
  expect(problems).toEqual([])
})

test('a demo client chosen in the menu asks with its own token and purpose, and the answer is shown', async () => {
  const { page } = watched
  await page.selectOption('#client', 'second')
  await page.locator('button', { hasText: 'Headers' }).click()
  await page.locator('.graphiql-editor-tool', { hasText: 'second-token' }).first().waitFor()
  await page.click('.graphiql-execute-button')
  await page.waitForSelector('.result-window:has-text("你好 Bearer second-token")')

  await page.selectOption('#client', 'first')
  await page.locator('.graphiql-editor-tool', { hasText: 'first-token' }).first().waitFor()
  await page.click('.graphiql-execute-button')
  await page.waitForSelector('.result-window:has-text("approval/A-1")')
  expect(watched.problems).toEqual([])
})

test('the list of tabs leads to one of them, which runs as the chosen client too', async () => {
  const { page } = watched
  await page.selectOption('#tab', { label: 'Now' })
  await page.locator('.graphiql-tab-active', { hasText: 'Now' }).waitFor()
  await page.click('.graphiql-execute-button')
  await page.waitForSelector('.result-window:has-text("2026-11-21")')
  await page.locator('.graphiql-editor-tool', { hasText: 'first-token' }).first().waitFor()
  expect([...watched.hosts]).toEqual([new URL(address).host])
})

test('the page may be served to anyone, but demo tokens only to callers that use a local name', async () => {
  const page = await fetch(address)
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/)
  const ask = (host: string): Promise<number> =>
    app
      .inject({ method: 'POST', url: '/playground/token', headers: { host }, payload: { client: 'first' } })
      .then((response) => response.statusCode)
  expect(await ask('localhost:4000')).toBe(200)
  expect(await ask('rebound.example:4000')).toBe(403)
  const proxied = { host: 'localhost:4000', 'x-forwarded-for': '192.0.2.7' }
  const forwarded = await app.inject({
    method: 'POST',
    url: '/playground/token',
    headers: proxied,
    payload: { client: 'first' },
  })
  expect(forwarded.statusCode).toBe(403)
  const unknown = await app.inject({ method: 'POST', url: '/playground/token', payload: { client: 'nobody' } })
  expect(unknown.statusCode).toBe(400)
})

import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { chromiumPath } from '../support/tools.ts'

/** A page in a real Chromium, and what it did. */
export interface WatchedPage {
  page: Page
  /** Hosts (with port) of every request that the page made or tried to make. */
  hosts: Set<string>
  /** Errors of the page's scripts and refusals of its security policy. */
  problems: string[]
  close(): Promise<void>
}

/**
 * Opens Chromium (CHROMIUM_PATH, default /usr/bin/chromium) at 1280×800. Requests to other hosts than this machine are
 * recorded and refused.
 */
export async function openBrowserPage(): Promise<WatchedPage> {
  if (!existsSync(chromiumPath)) {
    throw new Error(`No Chromium at ${chromiumPath}: install it (apt-get install chromium) or set CHROMIUM_PATH.`)
  }
  const browser: Browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const hosts = new Set<string>()
  const problems: string[] = []
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url())
    if (url.protocol !== 'data:' && url.protocol !== 'blob:') hosts.add(url.host)
    const local = ['localhost', '127.0.0.1', ''].includes(url.hostname)
    return local ? route.continue() : route.abort()
  })
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  return { page, hosts, problems, close: () => browser.close() }
}

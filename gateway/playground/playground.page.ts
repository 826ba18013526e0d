import type { PlaygroundAsset, PlaygroundAssetName } from './playground.assets.ts'

/** An example operation that the page opens as a tab. */
export interface PlaygroundOperation {
  /** File name without extension; shown nowhere, orders the tabs. */
  name: string
  /** The GraphQL document. */
  document: string
  /** Variables as JSON text, put into the tab's variables editor. */
  variables?: string
}

/** A demo client that the page can ask as. */
export interface PlaygroundClient {
  /** Client id at the issuer. */
  id: string
  /** What the menu shows. */
  label: string
  /** Value of the `exchange-purpose` header that suits the client. */
  purpose?: string
  /** Value of the `exchange-officer` header that suits the client. */
  officer?: string
}

/** What the page's script is told, as JSON in a data block. */
export interface PlaygroundSettings {
  endpoint: string
  operations: PlaygroundOperation[]
  clients: PlaygroundClient[]
}

/**
 * Content-Security-Policy of the page: nothing from any other host, no inline script, no eval. Inline styles are
 * allowed because CodeMirror places its lines and markers with style attributes.
 */
export const playgroundPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page as HTML. The settings travel in a data block, which no policy has to allow as script. */
export function playgroundPage(
  settings: PlaygroundSettings,
  assets: Record<PlaygroundAssetName, PlaygroundAsset>,
): string {
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>联动 Liandong · 县际联合查询 Exchange between counties</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${assets['graphiql.min.css'].path}" />
    <link rel="stylesheet" href="${assets['playground.css'].path}" />
    <script type="application/json" id="settings">${json}</script>
    <script defer src="${assets['react.production.min.js'].path}"></script>
    <script defer src="${assets['react-dom.production.min.js'].path}"></script>
    <script defer src="${assets['graphiql.min.js'].path}"></script>
    <script type="module" src="${assets['playground.js'].path}"></script>
  </head>
  <body>
    <header class="bar">
      <h1>联动 <span>Liandong</span></h1>
      <p>县际联合查询 · Exchange between counties</p>
      <div id="controls" class="controls"></div>
    </header>
    <main id="graphiql">正在载入 Loading …</main>
    <noscript>此页面需要 JavaScript。This page needs JavaScript.</noscript>
  </body>
</html>
`
}

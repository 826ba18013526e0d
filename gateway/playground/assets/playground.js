/* global document, fetch, location, sessionStorage, localStorage, confirm, atob */
/**
 * The playground: GraphiQL with the example operations as tabs and, in demo mode, a menu that asks as a demo client.
 * Tokens live in this page's memory and in the headers editor only; nothing is stored but the chosen client's id.
 */
const { React, ReactDOM, GraphiQL } = globalThis
const { useEditorContext, useSchemaContext } = GraphiQL.React
const h = React.createElement
const settings = JSON.parse(document.getElementById('settings').textContent)
const CHOICE = 'liandong:client'
const TABS = 'graphiql:tabState'

/** Tokens by client: { token, expires (epoch seconds) }. */
const issued = new Map()
/** The client whose token goes into the headers; '' for the user's own headers. */
let chosen = settings.clients.length === 0 ? '' : (sessionStorage.getItem(CHOICE) ?? settings.clients[0].id)
if (chosen !== '' && !settings.clients.some(({ id }) => id === chosen)) chosen = settings.clients[0]?.id ?? ''
/** Set by the menu: puts a client's headers into the visible tab. */
let fillHeaders = async () => undefined

/** A token of the client with at least 15 seconds to live. */
async function tokenOf(id) {
  const held = issued.get(id)
  if (held !== undefined && held.expires - Date.now() / 1000 > 15) return held.token
  const response = await fetch('/playground/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client: id }),
  })
  const body = await response.json()
  if (!response.ok) throw new Error(body.message)
  issued.set(id, { token: body.token, expires: expiry(body.token) })
  return body.token
}

/** When a JWT expires, epoch seconds; far ahead for a token that cannot be read. */
function expiry(token) {
  try {
    const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')
    return JSON.parse(atob(payload)).exp
  } catch {
    return Number.MAX_SAFE_INTEGER
  }
}

/** The headers that a client asks with. */
async function headersOf(id) {
  const client = settings.clients.find((candidate) => candidate.id === id)
  return {
    authorization: `Bearer ${await tokenOf(id)}`,
    ...(client.purpose === undefined ? {} : { 'exchange-purpose': client.purpose }),
    ...(client.officer === undefined ? {} : { 'exchange-officer': client.officer }),
  }
}

/** Whose token a headers object carries: the id of a demo client, or undefined. */
function clientOf(headers) {
  for (const [id, { token }] of issued) if (headers?.authorization === `Bearer ${token}`) return id
  return undefined
}

/**
 * Sends one operation. While a demo client is chosen in the menu it asks as that client, also when the headers editor
 * still shows another one or none, and with a token that lasts; whoever writes a token of their own is left alone.
 */
async function fetcher(params, options) {
  let headers = options?.headers ?? {}
  const shown = clientOf(headers)
  if (chosen !== '' && (headers.authorization === undefined || shown !== undefined)) {
    const own = await headersOf(chosen)
    if (own.authorization !== headers.authorization) {
      headers = shown === chosen ? { ...headers, authorization: own.authorization } : { ...headers, ...own }
      await fillHeaders(chosen)
    }
  }
  // Just after a change of tab GraphiQL still names the other tab's operation.
  const { operationName, ...rest } = params
  const named = operationName && new RegExp(`\\b(query|mutation)\\s+${operationName}\\b`).test(params.query)
  const response = await fetch(settings.endpoint, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(named ? params : rest),
  })
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return { errors: [{ message: `HTTP ${response.status}`, extensions: { body: text.slice(0, 500) } }] }
  }
}

/** Brings the example tabs back in place of the tabs that the browser remembers. */
function restore() {
  if (!confirm('关闭所有标签页并恢复示例？\nClose all tabs and bring the examples back?')) return
  localStorage.removeItem(TABS)
  location.reload()
}

/** The menu in the page's bar; lives inside GraphiQL's tree, so that it can reach the editors. */
function Controls() {
  const { headerEditor, activeTabIndex, changeTab, tabs } = useEditorContext({ nonNull: true })
  const { introspect } = useSchemaContext({ nonNull: true })
  const [client, setClient] = React.useState(chosen)
  const [status, setStatus] = React.useState('')

  const fill = React.useCallback(
    async (id) => {
      if (!headerEditor || id === '') return
      try {
        const headers = await headersOf(id)
        headerEditor.setValue(JSON.stringify(headers, null, 2))
        setStatus('')
      } catch (error) {
        setStatus(String(error.message ?? error))
      }
    },
    [headerEditor],
  )
  React.useEffect(() => {
    fillHeaders = fill
  }, [fill])
  // Each tab has headers of its own: a tab that is opened gets those of the chosen client.
  React.useEffect(() => {
    void fill(client)
  }, [fill, client, activeTabIndex])

  const choose = async (id) => {
    chosen = id
    sessionStorage.setItem(CHOICE, id)
    setClient(id)
    if (id === '') headerEditor?.setValue('')
    else await fill(id)
    introspect()
  }
  const menu = h(
    React.Fragment,
    null,
    status === '' ? null : h('span', { role: 'status', title: status }, status),
    // More tabs than the strip shows: the list takes one to any of them.
    h('label', { htmlFor: 'tab' }, '转到 Go to'),
    h(
      'select',
      { id: 'tab', value: activeTabIndex, onChange: (event) => changeTab(Number(event.target.value)) },
      tabs.map(({ id, title }, index) => h('option', { key: id, value: index }, title)),
    ),
    settings.clients.length === 0
      ? null
      : h(
          React.Fragment,
          null,
          h('label', { htmlFor: 'client' }, '查询身份 Ask as'),
          h(
            'select',
            { id: 'client', value: client, onChange: (event) => void choose(event.target.value) },
            settings.clients.map(({ id, label }) => h('option', { key: id, value: id }, label)),
            h('option', { value: '' }, '自定义请求头 own headers'),
          ),
        ),
    h(
      'button',
      { type: 'button', onClick: restore, title: '恢复示例标签页 Bring the example tabs back' },
      '恢复示例 Examples',
    ),
  )
  return ReactDOM.createPortal(menu, document.getElementById('controls'))
}

// GraphiQL fills the variables editor of the first tab from its storage, not from the tab.
if (localStorage.getItem(TABS) === null && settings.operations.length > 0) {
  const [first] = settings.operations
  localStorage.setItem('graphiql:query', first.document)
  localStorage.setItem('graphiql:variables', first.variables ?? '')
}

const root = document.getElementById('graphiql')
root.textContent = ''
ReactDOM.createRoot(root).render(
  h(
    GraphiQL,
    {
      fetcher,
      defaultTabs: settings.operations.map(({ document: query, variables }) => ({ query, variables })),
      defaultEditorToolsVisibility: 'variables',
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
      forcedTheme: 'light',
    },
    h(GraphiQL.Logo, null, h(Controls)),
  ),
)

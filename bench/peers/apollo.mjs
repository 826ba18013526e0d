/**
 * Plain Apollo gateway, as its documentation starts one: static supergraph, default fetcher, standalone server. Run as
 * `node peers/apollo.mjs <supergraph file> <port>`.
 */
import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'

const [file = '', port = ''] = process.argv.slice(2)
const server = new ApolloServer({
  gateway: new ApolloGateway({ supergraphSdl: readFileSync(file, 'utf8') }),
})
await startStandaloneServer(server, { listen: { port: Number(port), host: '127.0.0.1' } })

/**
 * The load: a closed loop over keep-alive connections, in a process of its own. Every request has a token and a subject
 * of its own. Every answer's status is looked at, and one in eight is read word by word.
 */
import { readFileSync } from 'node:fs'
import { answerCalls } from '../run/commands.ts'
import { matter, subjectCode } from '../world/codes.ts'
import { Connection, textOf } from './connection.ts'
import { faultOf } from './expectation.ts'
import { type Phase, type PhaseResult, type Question, summarise } from './question.ts'

const sampleEvery = 8
const longestAnswerMs = 30_000
const mostWrong = 5

let tokens: string[] = []
let nextToken = 0
let serial = Math.floor(Math.random() * 400_000_000)
const connections = new Map<number, Connection[]>()

function head(question: Question, token: string, bytes: number): string {
  return (
    `POST ${question.path} HTTP/1.1\r\nhost: 127.0.0.1:${question.port}\r\ncontent-type: application/json\r\n` +
    `accept: application/json\r\nauthorization: Bearer ${token}\r\nexchange-purpose: approval/B-${serial}\r\n` +
    `exchange-officer: B0001\r\ncontent-length: ${bytes}\r\n\r\n`
  )
}

function requestMaker(question: Question): (subject: string) => string {
  const query = JSON.stringify(question.document)
  const before = `{"query":${query},"operationName":"${question.operationName}","variables":`
  const plainBytes = Buffer.byteLength(before)
  return (subject) => {
    const variables = variablesOf(question, subject)
    const token = tokens[nextToken++ % tokens.length] ?? ''
    return `${head(question, token, plainBytes + variables.length + 1)}${before}${variables}}`
  }
}

function variablesOf(question: Question, subject: string): string {
  if (question.variables === 'subject') return `{"subject":"${subject}"}`
  const one = `{"subject":"${subject}","matter":"${matter}"}`
  return question.variables === 'check' ? one : `{"questions":[${one}]}`
}

function nextSubject(): string {
  serial += 1
  return subjectCode(serial)
}

async function run({ question, phase }: { question: Question; phase: Phase }): Promise<PhaseResult> {
  const make = requestMaker(question)
  const latencies: number[] = []
  const wrong: string[] = []
  let failures = 0
  let sampled = 0
  let bytes = 0
  let sent = 0
  const fail = (why: string): void => {
    failures += 1
    if (wrong.length < mostWrong) wrong.push(why)
  }
  const open = connections.get(question.port) ?? []
  connections.set(question.port, open)
  while (open.length < phase.concurrency) open.push(new Connection(question.port))
  const used = open.slice(0, phase.concurrency)
  const started = performance.now()
  const until = started + phase.ms
  const giveUp = setTimeout(() => {
    for (const connection of used) connection.close()
  }, phase.ms + longestAnswerMs)

  const loop = async (connection: Connection): Promise<void> => {
    while (performance.now() < until) {
      sent += 1
      const sample = sent % sampleEvery === 1
      // One after the other is what a closed loop is.
      const subject = nextSubject()
      // oxlint-disable-next-line no-await-in-loop
      const received = await connection.ask(make(subject))
      if (received instanceof Error) {
        fail(received.message)
        continue
      }
      bytes += received.body.length
      if (received.status !== 200) fail(`HTTP ${received.status}: ${textOf(received).slice(0, 200)}`)
      else if (received.body.includes('"errors":')) fail(textOf(received).slice(0, 300))
      else {
        if (sample) {
          sampled += 1
          const fault = faultOf(textOf(received), question.expect, subject)
          if (fault !== undefined) {
            fail(fault)
            continue
          }
        }
        latencies.push(received.ms)
      }
    }
  }
  await Promise.all(used.map(loop))
  clearTimeout(giveUp)
  return summarise({ latencies, failures, seconds: (performance.now() - started) / 1_000, bytes, sampled, wrong })
}

/** Asks once, about this subject, and gives what is wrong with the answer, or null. */
async function once(given: { question: Question; subject?: string }): Promise<string | null> {
  const { question, subject = nextSubject() } = given
  const connection = new Connection(question.port)
  const giveUp = setTimeout(() => connection.close(), longestAnswerMs)
  const received = await connection.ask(requestMaker(question)(subject))
  clearTimeout(giveUp)
  connection.close()
  if (received instanceof Error) return received.message
  const text = textOf(received)
  if (received.status !== 200) return `HTTP ${received.status}: ${text.slice(0, 300)}`
  return faultOf(text, question.expect, subject) ?? null
}

function forget(port: number): void {
  for (const connection of connections.get(port) ?? []) connection.close()
  connections.delete(port)
}

function readTokens(file: string): void {
  tokens = readFileSync(file, 'utf8').trim().split('\n')
}

answerCalls({ readTokens, run, once, forget })

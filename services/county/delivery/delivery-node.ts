import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Directory } from '../../platform/directory/directory.ts'
import { nodesOf } from '../../platform/directory/snapshot-lookups.ts'
import type { Logger } from '../../platform/log.ts'
import type { CountySigner } from '../signing/county-signer.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { Appender, type AppenderParts } from './appender.ts'
import { Archive } from './archive.ts'
import type { Delivery, MatterKind, MatterListener, Party } from './contract.ts'
import { type Courier, type Timers, systemTimers } from './courier.ts'
import { DeliveryRepository } from './delivery.repository.ts'
import { type DocumentReader, createDocumentReader } from './envelope-jws.ts'
import { readHistories } from './history.ts'
import { MatterBook } from './matter-book.ts'
import { Outbox, type OutboxBounds } from './outbox.ts'
import { type Incoming, type Received, Receiver } from './receiver.ts'
import { type RestoreMark, noRestoreMark } from './restore-mark.ts'

/** What a county's delivery is made of. */
export interface DeliveryNodeParts {
  county: Party
  db: Database
  clock: Clock
  directory: Directory
  signer: CountySigner
  kinds: readonly MatterKind[]
  listener?: MatterListener
  attachments?: AppenderParts['attachments']
  courier: Courier
  logger: Pick<Logger, 'info' | 'warn' | 'error'>
  timers?: Timers
  mark?: RestoreMark
  reader?: DocumentReader
  bounds?: Partial<OutboxBounds>
}

/** A county's delivery: what its kinds use, what its peers ask, and the outbox. */
export interface DeliveryNode extends Delivery {
  readonly archive: Archive
  readonly repository: DeliveryRepository
  /** Compares with the peers after a restore, and begins to send. Before anybody may act. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Takes in what a peer hands over; the answers may leave when it resolves. */
  receive(envelopes: readonly string[], courier: Party): Promise<Received['answers']>
  /** Begins to ask every peer for what this county had signed and received before it was restored. */
  compareWithAll(): Promise<void>
}

/** Assembles a county's delivery. */
export function createDeliveryNode(parts: DeliveryNodeParts): DeliveryNode {
  const { county, db, clock, directory, signer, courier, logger, listener } = parts
  const { timers = systemTimers, mark = noRestoreMark, reader = createDocumentReader(directory) } = parts
  const repository = new DeliveryRepository()
  const kinds = new Map(parts.kinds.map((kind) => [kind.kind, kind]))
  const book = new MatterBook({ county, clock, repository, kinds, listener })
  const common = { county, db, clock, directory, repository, kinds, listener, book, reader, signer, logger }
  const appender = new Appender({ ...common, attachments: parts.attachments })
  const receiver = new Receiver(common)
  const archive = new Archive(common)
  const outbox = new Outbox(
    {
      ...common,
      timers,
      courier,
      archive,
      acknowledgements: new Acknowledgements(common),
      mark,
      takeIn: (batch, from, comparing) => takeIn(batch, null, comparing ? undefined : from),
    },
    parts.bounds,
  )

  async function takeIn(batch: readonly Incoming[], from: Party | null, noticeFor?: Party): Promise<Received> {
    const received = await receiver.receive(batch, from)
    if (received.lost && (from !== null || noticeFor !== undefined)) await compareWithAll()
    await mark.raise(await repository.highest(db))
    for (const { matter, sender } of received.gaps) outbox.fill(sender, matter)
    return received
  }

  async function compareWithAll(): Promise<void> {
    // Once begun, it ends with everybody.
    if ((await repository.peers(db)).length === 0) await beginComparing()
  }

  async function beginComparing(): Promise<void> {
    const peers = nodesOf(directory.snapshot()).filter(({ code, status }) => code !== county && status !== 'LEFT')
    logger.warn({ peers: peers.length }, 'this county was restored from a backup: its peers are asked for what it lost')
    await db.transaction(async (tx) => {
      await repository.forgetWaiting(tx, county)
      await repository.beginComparing(
        tx,
        peers.map(({ code }) => code),
        clock.now(),
      )
    })
    for (const { code } of peers) outbox.compare(code)
  }

  return {
    archive,
    repository,
    async start() {
      const marked = await mark.read()
      const highest = await repository.highest(db)
      if (marked === null || (marked !== undefined && highest < marked)) {
        await beginComparing()
        await mark.reset(await repository.highest(db))
      }
      await outbox.start()
    },
    stop: () => outbox.stop(),
    async receive(envelopes, from) {
      const { answers } = await takeIn(
        envelopes.map((jws) => ({ jws })),
        from,
      )
      outbox.wake(from, 'CALLED')
      return answers
    },
    compareWithAll,
    async act(work) {
      const called = new Set<Party>()
      const result = await db.transaction(async (tx) => {
        acting.set(tx, called)
        return work(tx)
      })
      for (const peer of called) outbox.wake(peer, 'ACTED')
      return result
    },
    newMatter: (kind) => appender.newMatter(kind),
    lock: (tx, id) => repository.lock(tx, [id]),
    open: (tx, opening) => appender.open(tx, opening).then((envelope) => callOut(tx, envelope)),
    send: (tx, action) => appender.send(tx, action).then((envelope) => callOut(tx, envelope)),
    matter: async (from, id) => (await repository.matters(from, [id])).get(id),
    matters: (from, ids) => repository.matters(from, ids),
    history: async (from, matter) => (await readHistories(repository, from, [matter], county)).get(matter) ?? [],
    histories: (from, ids) => readHistories(repository, from, ids, county),
  }
}

/** The recipients of what a transaction of `act` has appended. Another transaction's are found by the next poll. */
const acting = new WeakMap<Database, Set<Party>>()

function callOut<Envelope extends { payload: { recipients: readonly Party[] } }>(
  tx: Database,
  envelope: Envelope,
): Envelope {
  for (const recipient of envelope.payload.recipients) acting.get(tx)?.add(recipient)
  return envelope
}

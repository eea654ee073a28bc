// A plain worker for the methods of methods.js: node worker.js BACKEND [MAX_CONCURRENT]. It drains on SIGTERM.
'use strict';
const { randomUUID } = require('node:crypto');
const { encode } = require('@msgpack/msgpack');
const amqp = require('amqplib');
const { run, tryRead } = require('./methods.js');
const { BROKERSERVE_BROKER: URI = 'amqp://localhost/', BROKERSERVE_PREFIX: PREFIX = 'brokerserve' } = process.env;
const BACKEND = process.argv[2], LIMIT = Number(process.argv[3] ?? 8), GRACE = 1000 * (process.env.BROKERSERVE_GRACE ?? 20);
const ANNOUNCEMENT = 'application/vnd.brokerserve.announcement+msgpack', COMMAND = 'application/vnd.brokerserve.command+msgpack';
if (!BACKEND || !Number.isInteger(LIMIT) || LIMIT < 1) throw new Error('Usage: node worker.js BACKEND [MAX_CONCURRENT]');

async function main() {
  const replica = `node-${randomUUID()}`; // one life on one connection: a process that loses it ends, and is started again
  const queue = `${PREFIX}.replica.${BACKEND}.${replica}`;
  const connection = (await amqp.connect(URI)).on('close', () => process.exit(1));
  const channel = await connection.createChannel();
  await channel.assertQueue(queue, { exclusive: true });
  await channel.bindQueue(queue, `${PREFIX}.routers`, '');
  const waiting = [], live = new Map(), fenced = new Set(); // queries; leases of routers; who sends no more
  let running = 0, announceAt = 0, leaveAt = Infinity;
  function announce(kind) {
    const said = { kind, backend: BACKEND, replica, queue, dialect: 'plain', max_concurrent: LIMIT };
    channel.publish(`${PREFIX}.replicas`, '', Buffer.from(encode(said)), { contentType: ANNOUNCEMENT });
    announceAt = performance.now() + 1000; // a third of the lease that counts when none is said
  }
  async function serve() { // runs the next query, when there is one and a place for it
    if (running === LIMIT || waiting.length === 0) return;
    const { query, body, ends } = waiting.shift();
    running++;
    const [type, contentType, answer] = await run(query, body, ends);
    channel.publish('', query.replyTo, Buffer.from(answer), { type, contentType, correlationId: query.correlationId });
    running--;
    serve();
  }
  function hear({ kind, router, lease_ms: lease }) { // a command of a router, or what it announces
    if (kind === 'fence') fenced.add(router);
    else if (kind === 'leave') live.delete(router);
    else if (kind === 'join' || kind === 'heartbeat') live.set(router, performance.now() + (lease ?? 3000));
    if (kind === 'join') announce(leaveAt < Infinity ? 'draining' : 'join');
  }
  function take({ properties: query, content: body }) {
    if ([ANNOUNCEMENT, COMMAND].includes(query.contentType)) return hear(tryRead(body));
    const left = Math.min(query.headers['bs-time-left'], query.headers['bs-deadline'] - Date.now());
    waiting.push({ query, body, ends: performance.now() + left });
    serve();
  }
  process.on('SIGTERM', () => { leaveAt = Math.min(leaveAt, performance.now() + GRACE); announceAt = 0; });
  const timer = setInterval(() => {
    const now = performance.now(), unfenced = [...live].filter(([router, ends]) => ends > now && !fenced.has(router));
    const over = now >= leaveAt || (leaveAt < Infinity && running + unfenced.length === 0);
    if (over || now >= announceAt) announce(over ? 'leave' : leaveAt < Infinity ? 'draining' : 'heartbeat');
    if (over) {
      clearInterval(timer);
      channel.close().then(() => process.exit());
    }
  }, 200);
  await channel.consume(queue, take, { noAck: true });
  announce('join');
}
main();

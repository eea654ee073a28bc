// A producer: node producer.js ENDPOINT JSON [timeout=SECONDS] [method=NAME] [shard_key=KEY] [meta-NAME=VALUE]...
'use strict';
const { randomUUID } = require('node:crypto');
const { decode, encode } = require('@msgpack/msgpack');
const amqp = require('amqplib');
const { BROKERSERVE_BROKER: URI = 'amqp://localhost/', BROKERSERVE_PREFIX: PREFIX = 'brokerserve' } = process.env;

const failed = (code, message, retryable = ['no_backend', 'overloaded', 'backend_removed', 'unavailable'].includes(code)) =>
  Object.assign(new Error(`${code}: ${message}`), { code, retryable });
function read({ properties: { type, contentType }, content }) {
  if (!type || type === 'ok') return decode(content);
  const error = contentType === 'application/vnd.brokerserve.error+msgpack' ? decode(content) : {};
  throw failed(type, error.message, error.retryable ?? undefined);
}

class Producer {
  waiting = new Map(); // calls, by their correlation id
  replyTo = `${PREFIX}.reply.${randomUUID()}`;
  async connect(uri = URI) {
    const find = (message) => this.waiting.get(message?.properties.correlationId); // none: it is late, or a repeat
    this.connection = (await amqp.connect(uri)).on('error', () => {}); // calls hear of it when the channel closes
    const channel = this.channel = await this.connection.createConfirmChannel();
    channel.on('error', ({ code }) => { this.missing = code === 404; }); // the exchange: no router has ever run here
    channel.prependListener('close', () => { // before amqplib counts what is not confirmed as refused
      this.closed = true;
      this.waiting.forEach(({ fail, sent }) => fail(this.missing && !sent ? 'unavailable' : 'outcome_unknown', 'It was closed.'));
    });
    channel.on('return', (request) => find(request)?.fail('endpoint_not_found', 'No queue takes the request.'));
    await channel.assertQueue(this.replyTo, { exclusive: true });
    await channel.consume(this.replyTo, (reply) => find(reply)?.resolve(reply), { noAck: true });
  }

  async call(endpoint, argument, { timeout = 30, method, shardKey, metadata } = {}) {
    if (this.closed) throw failed('unavailable', 'The channel is closed.');
    const id = randomUUID(), ms = Math.round(timeout * 1000), call = {}, { channel, replyTo, waiting } = this;
    const headers = { 'bs-deadline': Date.now() + ms, 'bs-shard-key': shardKey, ...metadata };
    const request = { correlationId: id, messageId: id, replyTo, type: method, headers, expiration: ms, persistent: true,
      mandatory: true, contentType: 'application/msgpack' };
    const reply = new Promise((resolve, reject) => Object.assign(call, { resolve, fail: (...why) => reject(failed(...why)) }));
    channel.publish(`${PREFIX}.requests`, endpoint, Buffer.from(encode(argument)), request, (refused) =>
      refused ? call.fail('overloaded', refused.message) : call.sent = true);
    waiting.set(id, call);
    const timer = setTimeout(() => {
      call.fail('deadline_exceeded', 'No reply came; the work may have run.');
      channel.publish(`${PREFIX}.cancels`, '', Buffer.alloc(0), { correlationId: id, replyTo });
    }, ms);
    return reply.then(read).finally(() => { clearTimeout(timer); waiting.delete(id); });
  }
}
module.exports = { Producer };

if (require.main === module) {
  const [[endpoint, json, ...options], producer] = [process.argv.slice(2), new Producer()];
  const { timeout, method, shard_key: shardKey, ...metadata } = Object.fromEntries(options.map((said) => said.split(/=(.*)/s)));
  const close = (part) => part?.close().catch(() => {}); // it may be lost
  producer.connect().then(() => producer.call(endpoint, JSON.parse(json), { timeout, method, shardKey, metadata }))
    .then((reply) => console.log(JSON.stringify(reply)))
    .catch((error) => { process.exitCode = 1; console.error(error.message + (error.retryable ? ' (safe to call again)' : '')); })
    .finally(() => close(producer.channel)).finally(() => close(producer.connection)); // first what it has to send
}

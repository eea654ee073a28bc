// What the worker serves. A method gets the argument, the properties of the query, and the performance.now() after which nobody
// waits. It may be async, and must not compute for long: heartbeats wait for it. What it throws is answered as handler_error, but
// BadRequest as bad_request.
'use strict';
const { setTimeout: wait } = require('node:timers/promises');
const { decode, encode } = require('@msgpack/msgpack');

class BadRequest extends Error {}

function greet(argument) {
  if (argument.name === undefined) throw new TypeError('There is no name.');
  return `Hello, ${argument.name}!`;
}

function describe(argument, query) {
  return { process: process.pid, headers: query.headers };
}

async function sleep(seconds, query, ends) {
  const left = ends - performance.now();
  await wait(Math.ceil(Math.max(0, Math.min(seconds * 1000, left))) + 1); // in whole milliseconds, of which a timer may be one early
  if (seconds * 1000 > left) throw new Error('The deadline came first.');
}

const METHODS = new Map([['__call__', greet], ['describe', describe], ['sleep', sleep]]);

/** Runs a query, and comes to the [code, content type, body] of its answer; never throws. */
async function run(query, body, ends) {
  const method = METHODS.get(query.type || '__call__'), late = () => performance.now() >= ends;
  if (late()) return failure('deadline_exceeded', 'The deadline passed before the work began.');
  if (!method) return failure('method_not_found', `There is no ${query.type}; there are ${[...METHODS.keys()].join(', ')}.`);
  try {
    return ['ok', 'application/msgpack', encode(await method(read(body), query, ends))];
  } catch (error) {
    const code = late() ? 'deadline_exceeded' : error instanceof BadRequest ? 'bad_request' : 'handler_error';
    return failure(code, String(error?.message ?? error), { type: String(error?.name) });
  }
}

function read(body) {
  try {
    return decode(body);
  } catch (error) {
    throw new BadRequest(`The argument is no MessagePack: ${error.message}`);
  }
}

/** What a router says; what cannot be read is as good as not said. */
function tryRead(body) {
  try { const said = decode(body); return said?.router ? said : {}; } catch { return {}; }
}

function failure(code, message, detail = {}) {
  return [code, 'application/vnd.brokerserve.error+msgpack', encode({ code, message, detail })];
}

module.exports = { run, tryRead };

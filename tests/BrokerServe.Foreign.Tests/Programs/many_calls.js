// Many calls of the sample producer on one connection, however they end: node many_calls.js ENDPOINT CALLS
'use strict';
const { Producer } = require('../../../samples/node/producer.js');

async function main([endpoint, calls]) {
  const producer = new Producer();
  await producer.connect();
  for (let number = 0; number < Number(calls); number++) {
    await producer.call(endpoint, number, { timeout: 4 }).then(console.log, (error) => console.log(error.message));
  }
  await producer.channel.close().catch(() => {}); // The broker may have closed it.
  await producer.connection.close();
}
main(process.argv.slice(2));

// Reads vectors and writes them again: a line "name bytes" for each of the file's lines, the bytes in hexadecimal.
'use strict';
const { readFileSync } = require('node:fs');
const { decode, encode } = require('@msgpack/msgpack');

for (const line of readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const [name, digits] = line.split(' ');
  const value = decode(Buffer.from(digits, 'hex'), { useBigInt64: true });
  console.log(name, Buffer.from(encode(value, { useBigInt64: true })).toString('hex'));
}

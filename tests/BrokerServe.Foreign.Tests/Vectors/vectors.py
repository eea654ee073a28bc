"""Reads vectors and writes them again: a line "name bytes" for each of the file's lines, the bytes in hexadecimal."""
import sys
import msgpack

for line in open(sys.argv[1], encoding="utf-8"):
    name, digits = line.split()
    value = msgpack.unpackb(bytes.fromhex(digits), strict_map_key=False)
    print(name, msgpack.packb(value).hex())

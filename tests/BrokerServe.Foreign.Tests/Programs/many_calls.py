"""Many calls of the sample producer on one connection, however they end: python3 many_calls.py ENDPOINT CALLS"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "samples" / "python"))
from producer import Producer

producer = Producer()
for number in range(int(sys.argv[2])):
    try:
        print(producer.call(sys.argv[1], number, timeout=4))
    except Exception as error:
        print(error)

"""What the worker serves.

A method gets the argument, the properties of the query, and the time.monotonic() after which nobody waits. It runs on a
thread of its own. What it raises is answered as handler_error, but ValueError as bad_request.
"""
import os
import time


def greet(argument, query, ends):
    return f"Hello, {argument['name']}!"


def describe(argument, query, ends):
    return {"process": os.getpid(), "headers": query.headers}


def sleep(seconds, query, ends):
    left = ends - time.monotonic()
    time.sleep(max(0, min(seconds, left)))
    if seconds > left:
        raise TimeoutError("The deadline came first.")


METHODS = {"__call__": greet, "describe": describe, "sleep": sleep}

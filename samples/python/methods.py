"""What the worker serves.

A method gets the argument, the properties of the query, and the time.monotonic() after which nobody waits. It runs on a
thread of its own. What it raises is answered as handler_error, but ValueError as bad_request.
"""
import os, time
import msgpack

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

def run(query, body, ends):
    """Runs a query, and comes to the (code, content type, body) of its answer; never raises."""
    method = METHODS.get(query.type or "__call__")
    if time.monotonic() >= ends:
        return failure("deadline_exceeded", "The deadline passed before the work began.")
    if method is None:
        return failure("method_not_found", f"There is no {query.type}; there are {', '.join(METHODS)}.")
    try:
        return "ok", "application/msgpack", msgpack.packb(method(msgpack.unpackb(body), query, ends))
    except Exception as error:
        late = time.monotonic() >= ends
        code = "deadline_exceeded" if late else "bad_request" if isinstance(error, ValueError) else "handler_error"
        return failure(code, str(error), type=type(error).__name__)

def failure(code, message, **detail):
    body = {"code": code, "message": message, "detail": detail}
    return code, "application/vnd.brokerserve.error+msgpack", msgpack.packb(body)

"""What the worker serves.

A method gets the argument, the properties of the query, and the time.monotonic() after which nobody waits. It runs on a
thread of its own. What it raises is answered as handler_error, but ValueError as bad_request.
"""
import json, os, secrets, threading, time, urllib.request
import msgpack

COLLECTOR = os.getenv("OTEL_EXPORTER_OTLP_ENDPOINT")  # of OTLP over HTTP, such as http://localhost:4318; unset: no spans

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
    """Runs a query under a span of its own, and comes to the (code, content type, body) of its answer; never raises."""
    began, answer = time.time_ns(), work(query, body, ends)
    _, trace, parent, flags = (str(query.headers.get("traceparent")).split("-") + ["", "", "0"])[:4]
    if COLLECTOR and flags == "01":  # the caller has its trace recorded
        span = {"traceId": trace, "spanId": secrets.token_hex(8), "parentSpanId": parent, "kind": 5, "name": "process " + query.headers["bs-endpoint"],
                "startTimeUnixNano": str(began), "endTimeUnixNano": str(time.time_ns()), "status": {"code": 1 if answer[0] == "ok" else 2}}
        threading.Thread(target=export, args=(span,), daemon=True).start()
    return answer

def export(span):
    service = {"attributes": [{"key": "service.name", "value": {"stringValue": "python-worker"}}]}
    spans = {"resourceSpans": [{"resource": service, "scopeSpans": [{"scope": {"name": "methods"}, "spans": [span]}]}]}
    head = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(COLLECTOR + "/v1/traces", json.dumps(spans).encode(), head), timeout=5).close()

def work(query, body, ends):
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

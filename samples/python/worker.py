"""A plain worker for the METHODS of methods.py: python3 worker.py BACKEND [MAX_CONCURRENT]. It drains on SIGTERM."""
import os, signal, sys, time, uuid
from concurrent.futures import ThreadPoolExecutor
import msgpack, pika
from methods import run

BACKEND, LIMIT, HEARTBEAT, GRACE = sys.argv[1], int((sys.argv + ["8"])[2]), 1.0, float(os.getenv("BROKERSERVE_GRACE", "20"))
URI, PREFIX = os.getenv("BROKERSERVE_BROKER", "amqp://localhost/"), os.getenv("BROKERSERVE_PREFIX", "brokerserve")
ANNOUNCEMENT, COMMAND = (f"application/vnd.brokerserve.{name}+msgpack" for name in ("announcement", "command"))
replica = "py-" + uuid.uuid4().hex  # one life on one connection: a process that loses it ends, and is started again as another
queue, pool = f"{PREFIX}.replica.{BACKEND}.{replica}", ThreadPoolExecutor(LIMIT)
held, live, fenced, stops = {}, {}, set(), []  # reply_to by ticket; leases of routers; who sends no more; when to end at last

def read(body):
    """What routers say; what cannot be read is as good as not said."""
    try:
        said = msgpack.unpackb(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) and said.get("router") and isinstance(said.get("lease_ms", 3000), int) else {}

def take(query, body):
    ticket, headers = query.correlation_id, query.headers
    left = min(headers["bs-time-left"] / 1000, headers["bs-deadline"] / 1000 - time.time())
    held[ticket] = query.reply_to
    work = pool.submit(run, query, body, time.monotonic() + left)
    work.add_done_callback(lambda done: connection.add_callback_threadsafe(lambda: answer(ticket, *done.result())))
def answer(ticket, code, kind, body):
    channel.basic_publish("", held.pop(ticket), body, pika.BasicProperties(type=code, content_type=kind, correlation_id=ticket))

def announce(kind):
    said = {"kind": kind, "backend": BACKEND, "replica": replica, "queue": queue, "dialect": "plain", "max_concurrent": LIMIT}
    channel.basic_publish(PREFIX + ".replicas", "", msgpack.packb(said), pika.BasicProperties(content_type=ANNOUNCEMENT))
    return time.monotonic() + HEARTBEAT  # a third of the lease that counts when none is said

channel = (connection := pika.BlockingConnection(pika.URLParameters(URI))).channel()
channel.queue_declare(queue, exclusive=True)
channel.queue_bind(queue, PREFIX + ".routers")
channel.basic_qos(prefetch_count=LIMIT)
signal.signal(signal.SIGTERM, lambda *_: stops.append(time.monotonic() + GRACE))
announce_at, heard = announce("join"), {}
for delivery, query, body in channel.consume(queue, inactivity_timeout=0.2):
    if query:
        channel.basic_ack(delivery.delivery_tag)  # at once: credit bounds the queries, and no fence shall wait behind them
        heard = read(body) if query.content_type in (ANNOUNCEMENT, COMMAND) else take(query, body) or {}
    kind, router, lease, heard = heard.get("kind"), heard.get("router"), heard.get("lease_ms", 3000) / 1000, {}
    if kind == "fence":
        fenced.add(router)
    elif kind in ("join", "heartbeat", "leave"):
        live[router] = time.monotonic() + lease if kind != "leave" else 0.0
    if kind == "join" or time.monotonic() >= announce_at:
        announce_at = announce("draining" if stops else "join" if kind == "join" else "heartbeat")
    unfenced = [router for router, ends in live.items() if ends > time.monotonic() and router not in fenced]
    if stops and (time.monotonic() >= stops[0] or not held and not unfenced):
        break
announce("leave")
connection.close()
os._exit(0)  # without waiting for methods that have outlasted the grace: the routers try their queries elsewhere

"""A producer: python3 producer.py ENDPOINT JSON [timeout=SECONDS] [method=NAME] [shard_key=KEY] [meta-NAME=VALUE]..."""
import json, os, sys, time, uuid, msgpack, pika
from pika.exceptions import AMQPError, ChannelClosedByBroker, NackError, UnroutableError

class CallFailed(Exception):
    def __init__(self, code, message, retryable=None):
        super().__init__(f"{code}: {message}")
        safe = code in ("no_backend", "overloaded", "backend_removed", "unavailable")
        self.code, self.retryable = code, safe if retryable is None else retryable

class Producer:
    def __init__(self, uri=os.getenv("BROKERSERVE_BROKER", "amqp://localhost/"), prefix=os.getenv("BROKERSERVE_PREFIX", "brokerserve")):
        self.prefix, self.waiting, self.reply_to = prefix, {}, f"{prefix}.reply.{uuid.uuid4().hex}"
        self.channel = pika.BlockingConnection(pika.URLParameters(uri)).channel()
        self.channel.confirm_delivery()  # basic_publish returns when the broker has the request
        self.channel.queue_declare(self.reply_to, exclusive=True)
        self.channel.basic_consume(self.reply_to, self._on_reply, auto_ack=True)

    def call(self, endpoint, argument, timeout=30.0, method=None, shard_key=None, metadata=None):
        if self.channel.is_closed:  # as a missing exchange leaves it
            raise CallFailed("unavailable", "The channel is closed.")
        call_id, ends = uuid.uuid4().hex, time.monotonic() + timeout
        headers = {"bs-deadline": int((time.time() + timeout) * 1000), **(metadata or {})}
        headers.update({} if shard_key is None else {"bs-shard-key": shard_key})
        request = pika.BasicProperties(
            type=method, correlation_id=call_id, message_id=call_id, reply_to=self.reply_to, headers=headers, delivery_mode=2,
            expiration=str(int(timeout * 1000)), content_type="application/msgpack")
        self.waiting[call_id] = None
        try:
            self.channel.basic_publish(self.prefix + ".requests", endpoint, msgpack.packb(argument), request, mandatory=True)
            while not self.waiting[call_id] and time.monotonic() < ends:
                self.channel.connection.process_data_events(time_limit=max(0, ends - time.monotonic()))
            if self.waiting[call_id]:
                return _read(*self.waiting[call_id])
            self.channel.basic_publish(
                self.prefix + ".cancels", "", b"", pika.BasicProperties(correlation_id=call_id, reply_to=self.reply_to))
            raise CallFailed("deadline_exceeded", "No reply came; the work may have run.")
        except AMQPError as error:  # a closed channel: the exchange is missing, because no router has ever run here
            codes = {UnroutableError: "endpoint_not_found", NackError: "overloaded", ChannelClosedByBroker: "unavailable"}
            raise CallFailed(codes.get(type(error), "outcome_unknown"), repr(error)) from error
        finally:
            del self.waiting[call_id]

    def _on_reply(self, _channel, _delivery, properties, body):
        if properties.correlation_id in self.waiting:  # anything else is late, or a repeat
            self.waiting[properties.correlation_id] = properties, body

def _read(reply, body):
    if reply.type in (None, "", "ok"):
        return msgpack.unpackb(body)
    error = msgpack.unpackb(body) if reply.content_type == "application/vnd.brokerserve.error+msgpack" else {}
    raise CallFailed(reply.type, error.get("message"), error.get("retryable"))

if __name__ == "__main__":
    said = dict(option.split("=", 1) for option in sys.argv[3:])
    options = float(said.pop("timeout", 30)), said.pop("method", None), said.pop("shard_key", None)
    try:
        print(json.dumps(Producer().call(sys.argv[1], json.loads(sys.argv[2]), *options, metadata=said)))
    except CallFailed as failure:
        sys.exit(f"{failure}" + " (safe to call again)" * failure.retryable)

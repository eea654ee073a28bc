#!/usr/bin/env python
"""An RPC server as beginners write it: it knows nothing of BrokerServe."""
import sys
import pika

connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
channel = connection.channel()
channel.queue_declare(queue=sys.argv[2])


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def on_request(ch, method, props, body):
    print(f" [.] fib({int(body)})")
    reply = pika.BasicProperties(correlation_id=props.correlation_id)
    ch.basic_publish(exchange='', routing_key=props.reply_to, properties=reply, body=str(fib(int(body))))
    ch.basic_ack(delivery_tag=method.delivery_tag)


channel.basic_qos(prefetch_count=1)
channel.basic_consume(queue=sys.argv[2], on_message_callback=on_request)
print(" [x] Awaiting RPC requests")
channel.start_consuming()

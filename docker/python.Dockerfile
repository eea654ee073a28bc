# The plain worker of samples/python. Build it from the repository: docker build -f docker/python.Dockerfile .

FROM python:3.12.8-alpine3.21
RUN pip install --no-cache-dir pika==1.3.2 msgpack==1.1.0
WORKDIR /app
COPY samples/python/ ./

# nobody
USER 65534
ENTRYPOINT ["python3", "/app/worker.py"]
CMD ["greet-python", "8"]

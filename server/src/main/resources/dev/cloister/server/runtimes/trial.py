import hashlib
import os
import urllib.error
import urllib.request


def handler(event, context):
    operation = event["op"]
    if operation == "hello":
        return "Hello, " + event["value"] + "!"
    if operation == "echo":
        return event["value"]
    if operation == "http":
        try:
            with urllib.request.urlopen("http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/trial"):
                return 200
        except urllib.error.HTTPError as error:
            return error.code
    if operation == "sdk":
        import boto3

        boto3.client("s3", region_name="us-east-1")
        return boto3.__version__
    if operation == "sha256":
        return hashlib.sha256(event["value"].encode()).hexdigest()
    if operation == "file":
        with open("/tmp/trial", "w") as file:
            file.write(event["value"])
        with open("/tmp/trial") as file:
            return file.read()
    raise ValueError("as asked")

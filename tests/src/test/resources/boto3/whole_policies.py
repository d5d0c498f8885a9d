"""Whole resource policies: operations that are newer than Amazon's SDK here, so they are signed by hand.

Ends with an exception at the first surprise.
"""
import io
import json
import os
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

session = boto3.Session()
region = session.region_name
account = session.client("sts").get_caller_identity()["Account"]
functions = session.client("lambda")
data = io.BytesIO()
with zipfile.ZipFile(data, "w") as zipped:
    zipped.writestr("m.py", "def handler(event, context):\n    return 1\n")
arn = functions.create_function(
    FunctionName="policies", Runtime="python3.13", Handler="m.handler", Code={"ZipFile": data.getvalue()},
    Role=f"arn:aws:iam::{account}:role/lambda_basic_execution")["FunctionArn"]

functions.get_waiter("function_active_v2").wait(FunctionName="policies")  # which is a revision of its own


def call(method, resource, body=None, query=""):
    url = f"{os.environ['AWS_ENDPOINT_URL']}/2026-07-09/resource-policy/{urllib.parse.quote(resource, safe='')}{query}"
    content = None if body is None else json.dumps(body)
    signed = AWSRequest(method=method, url=url, data=content, headers={"Content-Type": "application/json"})
    SigV4Auth(session.get_credentials(), "lambda", region).add_auth(signed)
    request = urllib.request.Request(
        url, method=method, data=content.encode() if content else None, headers=dict(signed.headers))
    try:
        with urllib.request.urlopen(request) as answer:
            text = answer.read().decode()
            return answer.status, json.loads(text) if text else {}
    except urllib.error.HTTPError as error:
        return error.code, error.headers["x-amzn-ErrorType"]


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} is not {expected!r}")


statements = [
    {"Sid": "everybody", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": arn},
    {"Effect": "Deny", "Principal": "*", "Action": "lambda:DeleteFunction", "Resource": arn},
]
document = json.dumps({"Version": "2012-10-17", "Statement": statements})
same(call("GET", arn), (404, "ResourceNotFoundException"))
functions.add_permission(
    FunctionName="policies", StatementId="one", Action="lambda:InvokeFunction", Principal=account)

# Nothing is changed by what is refused.
for body, answer in (
        ({"Policy": document, "RevisionId": "other"}, (412, "PreconditionFailedException")),
        ({"Policy": "{}"}, (400, "InvalidParameterValueException")),
        ({"Policy": document.replace(arn, "*")}, (400, "InvalidParameterValueException")),
        ({"Policy": "x" * 20481}, (400, "ValidationException")),
        ({"Policy": 3}, (400, "SerializationException")),
        ({}, (400, "ValidationException")),
        (None, (400, "SerializationException"))):
    same(call("PUT", arn, body), answer)
same(call("PUT", "policies", {"Policy": document}), (400, "ValidationException"))
same(call("PUT", arn + ":nobody", {"Policy": document.replace(arn, arn + ":nobody")}), (404, "ResourceNotFoundException"))
same([one["Sid"] for one in json.loads(functions.get_policy(FunctionName="policies")["Policy"])["Statement"]], ["one"])

# It replaces what was added before, and its denies count.
status, put = call("PUT", arn, {"Policy": document})
same((status, json.loads(put["Policy"])["Statement"]), (200, statements))
same(call("GET", arn), (200, put))
same(functions.get_policy(FunctionName="policies")["RevisionId"], put["RevisionId"])
try:
    functions.delete_function(FunctionName="policies")
    raise AssertionError("a deny was passed by")
except ClientError as error:
    same(error.response["Error"]["Code"], "AccessDeniedException")
same(call("DELETE", arn, query="?RevisionId=other"), (412, "PreconditionFailedException"))
same(call("DELETE", arn, query="?RevisionId=" + put["RevisionId"]), (204, {}))
same(call("DELETE", arn), (404, "ResourceNotFoundException"))
functions.delete_function(FunctionName="policies")
print("whole policies")

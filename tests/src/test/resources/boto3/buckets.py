"""Buckets' policies, by boto3: other accounts, users, links, everybody, and code from S3.

Prints a line for each thing that held; ends with an exception at the first surprise.
"""
import io
import json
import os
import urllib.error
import urllib.request
import uuid
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
S3 = Config(signature_version="s3v4").merge(CONFIG)
root = boto3.Session()
region = root.region_name
account = root.client("sts").get_caller_identity()["Account"]
other = boto3.Session(os.environ["OTHER_KEY"], os.environ["OTHER_SECRET"], None, region)
stranger = other.client("s3", config=S3)
s3 = root.client("s3", config=S3)
iam = root.client("iam", config=CONFIG)
endpoint = os.environ["AWS_ENDPOINT_URL"]
bucket = "policies-" + uuid.uuid4().hex
arn = "arn:aws:s3:::" + bucket


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} is not {expected!r}")


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        same(error.response["Error"]["Code"], code)
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


def put(*statements):
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def allow(principal, action, *resources, **more):
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": list(resources), **more}


def fetch(path, method="GET", data=None):
    request = urllib.request.Request(endpoint + path, method=method, data=data)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


s3.create_bucket(Bucket=bucket)
s3.put_object(Bucket=bucket, Key="in/a", Body=b"content", Tagging="team=red")
s3.put_object(Bucket=bucket, Key="out", Body=b"secret")
refused("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=bucket)
refused("MalformedPolicy", s3.put_bucket_policy, Bucket=bucket, Policy="nonsense")
refused("AccessDenied", stranger.get_object, Bucket=bucket, Key="in/a")
refused("403", stranger.head_bucket, Bucket=bucket)

# Another account, by the policy; what it writes is the owner's.
foreign = other.client("sts").get_caller_identity()["Account"]
document = [allow({"AWS": foreign}, ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], arn + "/in/*"),
            allow({"AWS": foreign}, "s3:ListBucket", arn, Condition={"StringLike": {"s3:prefix": "in/*"}})]
put(*document)
same(json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"], document)
same(s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"], False)
same(stranger.get_object(Bucket=bucket, Key="in/a")["Body"].read(), b"content")
refused("AccessDenied", stranger.get_object, Bucket=bucket, Key="out")
refused("AccessDenied", stranger.get_object, Bucket=bucket, Key="missing")
refused("AccessDenied", stranger.delete_object, Bucket=bucket, Key="in/a")
refused("AccessDenied", stranger.put_object, Bucket=bucket, Key="in/t", Body=b"t", Tagging="a=b")
same([each["Key"] for each in stranger.list_objects_v2(Bucket=bucket, Prefix="in/")["Contents"]], ["in/a"])
refused("AccessDenied", stranger.list_objects_v2, Bucket=bucket)
stranger.put_object(Bucket=bucket, Key="in/theirs", Body=b"theirs", ExpectedBucketOwner=account)
refused("AccessDenied", stranger.put_object, Bucket=bucket, Key="in/x", Body=b"", ExpectedBucketOwner=foreign)
same(s3.get_object(Bucket=bucket, Key="in/theirs")["Body"].read(), b"theirs")
upload = stranger.create_multipart_upload(Bucket=bucket, Key="in/parts")["UploadId"]
part = stranger.upload_part(Bucket=bucket, Key="in/parts", UploadId=upload, PartNumber=1, Body=b"part")
stranger.complete_multipart_upload(Bucket=bucket, Key="in/parts", UploadId=upload, MultipartUpload={
    "Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
same(s3.get_object(Bucket=bucket, Key="in/parts")["Body"].read(), b"part")
denied = stranger.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "in/a"}]})
same([(each["Key"], each["Code"]) for each in denied["Errors"]], [("in/a", "AccessDenied")])
print("another account may what the policy says")

# A copy reads with one right and writes with another.
theirs = "theirs-" + uuid.uuid4().hex
stranger.create_bucket(Bucket=theirs)
refused("AccessDenied", stranger.copy_object, Bucket=theirs, Key="copy", CopySource=bucket + "/out")
refused("AccessDenied", stranger.copy_object, Bucket=theirs, Key="copy", CopySource=bucket + "/in/a")
stranger.copy_object(Bucket=theirs, Key="copy", CopySource=bucket + "/in/a", TaggingDirective="REPLACE")
same(stranger.get_object(Bucket=theirs, Key="copy")["Body"].read(), b"content")
refused("AccessDenied", s3.copy_object, Bucket=theirs, Key="copy", CopySource=bucket + "/in/a")
print("a copy needs both sides")

# A user: its own policies or the bucket's; a deny wins; links are judged as who signed them.
iam.create_user(UserName=bucket)
key = iam.create_access_key(UserName=bucket)["AccessKey"]
user = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], None, region).client("s3", config=S3)
user_arn = f"arn:aws:iam::{account}:user/{bucket}"
same(refused("AccessDenied", user.get_object, Bucket=bucket, Key="out"),
     f"User: {user_arn} is not authorized to perform: s3:GetObject on resource: {arn}/out "
     "because no identity-based policy allows the s3:GetObject action")
link = user.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "out"})[len(endpoint):]
same(fetch(link)[0], 403)
iam.put_user_policy(UserName=bucket, PolicyName="p", PolicyDocument=json.dumps({
    "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:DeleteObject"],
                                            "Resource": arn + "/*"}]}))
same(user.get_object(Bucket=bucket, Key="out")["Body"].read(), b"secret")
same(fetch(link), (200, b"secret"))
deny = {"Effect": "Deny", "Principal": {"AWS": user_arn}, "Action": "s3:GetObject", "Resource": arn + "/*",
        "Condition": {"StringNotEquals": {"s3:ExistingObjectTag/team": "red"}}}
put(*document, deny)
same(fetch(link)[0], 403)
same(user.get_object(Bucket=bucket, Key="in/a")["Body"].read(), b"content")
refused("AccessDenied", user.put_object, Bucket=bucket, Key="new", Body=b"")
some = user.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "in/theirs"}, {"Key": "in/parts"}]})
same(len(some["Deleted"]), 2)
print("users and links are held to both policies")

# Everybody, only when that isn't ruled out.
public = allow("*", "s3:GetObject", arn + "/in/*")
same(fetch(f"/{bucket}/in/a")[0], 403)
refused("AccessDenied", lambda: put(public))
s3.delete_public_access_block(Bucket=bucket)
refused("NoSuchPublicAccessBlockConfiguration", s3.get_public_access_block, Bucket=bucket)
put(public)
same(s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"], True)
same(fetch(f"/{bucket}/in/a"), (200, b"content"))
same(fetch(f"/{bucket}/out")[0], 403)
same(fetch(f"/{bucket}/in/none")[0], 403)
same(fetch(f"/{bucket}")[0], 403)
same(fetch(f"/{bucket}/in/a", "PUT", b"x")[0], 403)
same(fetch(f"/{bucket}/in/a", "DELETE")[0], 403)
same(fetch(f"/no-{bucket}/in/a")[0], 403)
put(allow("*", ["s3:GetObject", "s3:PutObject"], arn + "/in/*"))
same(fetch(f"/{bucket}/in/anybody", "PUT", b"from anybody")[0], 200)
same(s3.get_object(Bucket=bucket, Key="in/anybody")["Body"].read(), b"from anybody")
s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
same(fetch(f"/{bucket}/in/a")[0], 403)
refused("AccessDenied", stranger.get_object, Bucket=bucket, Key="in/a")
s3.delete_bucket_policy(Bucket=bucket)
refused("NoSuchBucketPolicy", s3.get_bucket_policy_status, Bucket=bucket)
print("everybody may what a public policy says, unless that is ruled out")

# A function's code is read with the rights of who deploys it.
data = io.BytesIO()
with zipfile.ZipFile(data, "w") as zipped:
    zipped.writestr("m.py", "def handler(event, context):\n    return 'from S3'\n")
s3.put_object(Bucket=bucket, Key="code.zip", Body=data.getvalue())
create = dict(Runtime="python3.13", Handler="m.handler", Code={"S3Bucket": bucket, "S3Key": "code.zip"})
their_iam = other.client("iam", config=CONFIG)
their_role = their_iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({
    "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                                            "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
their_lambda = other.client("lambda", config=CONFIG)
try:
    their_lambda.create_function(FunctionName=bucket[:60], Role=their_role, **create)
    raise AssertionError("the code was read")
except ClientError as error:
    same((error.response["Error"]["Code"], error.response["Error"]["Message"]),
         ("AccessDeniedException",
          "Your access has been denied by S3, please make sure your request credentials have permission to GetObject"
          f" for {bucket}/code.zip. S3 Error Code: AccessDenied. S3 Error Message: Access Denied"))
put(allow({"AWS": foreign}, "s3:GetObject", arn + "/code.zip"))
same(their_lambda.create_function(FunctionName=bucket[:60], Role=their_role, **create)["Runtime"], "python3.13")
their_lambda.delete_function(FunctionName=bucket[:60])
their_iam.delete_role(RoleName="r")
print("code is read with the rights of who deploys it")

for each in s3.list_objects_v2(Bucket=bucket)["Contents"]:
    s3.delete_object(Bucket=bucket, Key=each["Key"])
s3.delete_bucket(Bucket=bucket)
stranger.delete_object(Bucket=theirs, Key="copy")
stranger.delete_bucket(Bucket=theirs)
iam.delete_user_policy(UserName=bucket, PolicyName="p")
iam.delete_access_key(UserName=bucket, AccessKeyId=key["AccessKeyId"])
iam.delete_user(UserName=bucket)

"""Across accounts both sides have to allow: each with neither, either and both.

OTHER_ACCESS_KEY_ID and OTHER_SECRET_ACCESS_KEY are of the root user of a second account. Prints a
line for each kind of resource.
"""
import io
import json
import os
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1})
owner = boto3.Session()
region = owner.region_name
account = owner.client("sts").get_caller_identity()["Account"]
other = boto3.Session(os.environ["OTHER_ACCESS_KEY_ID"], os.environ["OTHER_SECRET_ACCESS_KEY"], None, region)
other_account = other.client("sts").get_caller_identity()["Account"]
their_iam = other.client("iam")
their_iam.create_user(UserName="guest")
made = their_iam.create_access_key(UserName="guest")["AccessKey"]
guest = boto3.Session(made["AccessKeyId"], made["SecretAccessKey"], None, region)
guest_arn = f"arn:aws:iam::{other_account}:user/guest"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allowed(call):
    try:
        call()
        return True
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("AccessDenied", "AccessDeniedException"):
            raise
        return False


def both_sides(kind, call, action, resource, let_in, keep_out):
    """Only where the guest's own policies and the resource's policy allow it the call is allowed."""
    for by_caller in (False, True):
        if by_caller:
            their_iam.put_user_policy(UserName="guest", PolicyName="use", PolicyDocument=policy(
                {"Effect": "Allow", "Action": action, "Resource": resource}))
        for principal in ("", other_account, guest_arn):
            if principal:
                let_in(principal)
            answer = allowed(call)
            if answer != (by_caller and bool(principal)):
                raise AssertionError(f"{kind}: caller's side {by_caller}, resource's side {principal!r}: {answer}")
            if principal:
                keep_out()
    their_iam.delete_user_policy(UserName="guest", PolicyName="use")
    print(kind)


data = io.BytesIO()
with zipfile.ZipFile(data, "w") as zipped:
    zipped.writestr("m.py", "def handler(event, context):\n    return 'ran'\n")
archive = {"ZipFile": data.getvalue()}
functions = owner.client("lambda", config=CONFIG)

function = functions.create_function(
    FunctionName="shared", Runtime="python3.13", Handler="m.handler", Code=archive,
    Role=f"arn:aws:iam::{account}:role/lambda_basic_execution")["FunctionArn"]
functions.get_waiter("function_active_v2").wait(FunctionName="shared")
both_sides(
    "function", lambda: guest.client("lambda", config=CONFIG).invoke(FunctionName=function),
    "lambda:InvokeFunction", function,
    lambda who: functions.add_permission(
        FunctionName="shared", StatementId="guest", Action="lambda:InvokeFunction", Principal=who),
    lambda: functions.remove_permission(FunctionName="shared", StatementId="guest"))
functions.delete_function(FunctionName="shared")

iam = owner.client("iam")
nobody = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = iam.create_role(RoleName="visited", AssumeRolePolicyDocument=policy(nobody))["Role"]["Arn"]
both_sides(
    "role",
    lambda: guest.client("sts", config=CONFIG).assume_role(RoleArn=role, RoleSessionName="visit"),
    "sts:AssumeRole", role,
    lambda who: iam.update_assume_role_policy(RoleName="visited", PolicyDocument=policy(
        {"Effect": "Allow", "Principal": {"AWS": who}, "Action": "sts:AssumeRole"})),
    lambda: iam.update_assume_role_policy(RoleName="visited", PolicyDocument=policy(nobody)))
iam.delete_role(RoleName="visited")

layer = functions.publish_layer_version(LayerName="lent", Content=archive)["LayerVersionArn"]


def lend(who):
    # A layer's policy knows accounts only.
    functions.add_layer_version_permission(
        LayerName="lent", VersionNumber=1, StatementId="guest", Action="lambda:GetLayerVersion",
        Principal=other_account)


both_sides(
    "layer",
    lambda: guest.client("lambda", config=CONFIG).get_layer_version_by_arn(Arn=layer),
    "lambda:GetLayerVersion", layer, lend,
    lambda: functions.remove_layer_version_permission(LayerName="lent", VersionNumber=1, StatementId="guest"))

# Whoever creates a function with a layer needs the layer too.
their_iam.put_user_policy(UserName="guest", PolicyName="create", PolicyDocument=policy(
    {"Effect": "Allow", "Action": ["lambda:CreateFunction", "iam:PassRole"], "Resource": "*"}))
guests = guest.client("lambda", config=CONFIG)
both_sides(
    "function with a layer",
    lambda: (guests.create_function(
        FunctionName="borrows", Runtime="python3.13", Handler="m.handler", Code=archive, Layers=[layer],
        Role=f"arn:aws:iam::{other_account}:role/lambda_basic_execution"),
        other.client("lambda").get_waiter("function_active_v2").wait(FunctionName="borrows"),
        other.client("lambda").delete_function(FunctionName="borrows")),
    "lambda:GetLayerVersion", layer, lend,
    lambda: functions.remove_layer_version_permission(LayerName="lent", VersionNumber=1, StatementId="guest"))
their_iam.delete_user_policy(UserName="guest", PolicyName="create")
functions.delete_layer_version(LayerName="lent", VersionNumber=1)

kms = owner.client("kms", config=CONFIG)
key = kms.create_key()["KeyMetadata"]["Arn"]
administered = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*",
                "Resource": "*"}
both_sides(
    "key",
    lambda: guest.client("kms", config=CONFIG).encrypt(KeyId=key, Plaintext=b"secret"),
    "kms:Encrypt", key,
    lambda who: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(
        administered, {"Effect": "Allow", "Principal": {"AWS": who}, "Action": "kms:Encrypt", "Resource": "*"})),
    lambda: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(administered)))

# A secret's key has to let the guest in as well, and the guest's account has to let it use the key.
secrets = owner.client("secretsmanager", config=CONFIG)
through = {"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}}
kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(
    administered, {"Effect": "Allow", "Principal": {"AWS": other_account}, "Action": "kms:Decrypt", "Resource": "*",
                   "Condition": through}))
their_iam.put_user_policy(UserName="guest", PolicyName="key", PolicyDocument=policy(
    {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key}))
secret = secrets.create_secret(Name="lent", SecretString="lent", KmsKeyId=key)["ARN"]
both_sides(
    "secret", lambda: guest.client("secretsmanager", config=CONFIG).get_secret_value(SecretId=secret),
    "secretsmanager:GetSecretValue", secret,
    lambda who: secrets.put_resource_policy(SecretId=secret, ResourcePolicy=policy(
        {"Effect": "Allow", "Principal": {"AWS": who}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"})),
    lambda: secrets.delete_resource_policy(SecretId=secret))
their_iam.delete_user_policy(UserName="guest", PolicyName="key")
secrets.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)

their_iam.delete_access_key(UserName="guest", AccessKeyId=made["AccessKeyId"])
their_iam.delete_user(UserName="guest")

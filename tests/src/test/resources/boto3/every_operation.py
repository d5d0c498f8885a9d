"""Every operation of every service: denied to a user without permission, allowed with its action alone.

The actions are written down here, from the Service Authorization Reference, and not read from the
product. A denied call has changed nothing. Prints a line for each service.
"""
import json
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False, inject_host_prefix=False,
                s3={"addressing_style": "path"})
SERVICES = ["lambda", "iam", "sts", "kms", "logs", "s3", "signer", "secretsmanager", "ssm"]
root = boto3.Session()
region = root.region_name
account = root.client("sts").get_caller_identity()["Account"]
iam = root.client("iam")

# Where the action is not the operation's own name, or further ones are needed.
ACTIONS = {
    ("lambda", "Invoke"): ["lambda:InvokeFunction"],
    ("lambda", "GetLayerVersionByArn"): ["lambda:GetLayerVersion"],
    ("lambda", "CreateFunction"): ["lambda:CreateFunction", "iam:PassRole"],
    ("s3", "ListBuckets"): ["s3:ListAllMyBuckets"],
    ("s3", "HeadBucket"): ["s3:ListBucket"],
    ("s3", "ListObjects"): ["s3:ListBucket"],
    ("s3", "ListObjectsV2"): ["s3:ListBucket"],
    ("s3", "ListObjectVersions"): ["s3:ListBucketVersions"],
    ("s3", "ListMultipartUploads"): ["s3:ListBucketMultipartUploads"],
    ("s3", "ListParts"): ["s3:ListMultipartUploadParts"],
    ("s3", "HeadObject"): ["s3:GetObject"],
    ("s3", "CopyObject"): ["s3:PutObject", "s3:GetObject"],
    ("s3", "UploadPartCopy"): ["s3:PutObject", "s3:GetObject"],
    ("s3", "CreateMultipartUpload"): ["s3:PutObject"],
    ("s3", "CompleteMultipartUpload"): ["s3:PutObject"],
    ("s3", "UploadPart"): ["s3:PutObject"],
    ("s3", "DeleteObjects"): ["s3:DeleteObject"],
    ("s3", "GetObjectLockConfiguration"): ["s3:GetBucketObjectLockConfiguration"],
    ("s3", "GetBucketEncryption"): ["s3:GetEncryptionConfiguration"],
    ("s3", "PutBucketEncryption"): ["s3:PutEncryptionConfiguration"],
    ("s3", "DeleteBucketEncryption"): ["s3:PutEncryptionConfiguration"],
    ("s3", "DeleteBucketTagging"): ["s3:PutBucketTagging"],
    ("s3", "GetPublicAccessBlock"): ["s3:GetBucketPublicAccessBlock"],
    ("s3", "PutPublicAccessBlock"): ["s3:PutBucketPublicAccessBlock"],
    ("s3", "DeletePublicAccessBlock"): ["s3:PutBucketPublicAccessBlock"],
    ("s3", "GetObjectAttributes"): ["s3:GetObject", "s3:GetObjectAttributes"],
    ("s3", "GetBucketAccelerateConfiguration"): ["s3:GetAccelerateConfiguration"],
    ("s3", "GetBucketLifecycle"): ["s3:GetLifecycleConfiguration"],
    ("s3", "GetBucketNotificationConfiguration"): ["s3:GetBucketNotification"],
    ("s3", "GetBucketLifecycleConfiguration"): ["s3:GetLifecycleConfiguration"],
    ("s3", "GetBucketReplication"): ["s3:GetReplicationConfiguration"],
    ("s3", "GetBucketCors"): ["s3:GetBucketCORS"],
    ("kms", "ReEncrypt"): ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
    ("secretsmanager", "BatchGetSecretValue"): ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
}
# Who has signed may ask who it is, and for a session of its own. The others ask the role's trust policy,
# not the caller's: a caller of the same account needs no policy of its own.
OPEN = {("sts", "GetCallerIdentity"), ("sts", "GetSessionToken"), ("sts", "AssumeRoleWithWebIdentity")}

# Nobody signs it, so it can't be told from a request that lacks its signature.
ABSENT = {"AssumeRoleWithSAML"}

role = iam.create_role(RoleName="somebodys", AssumeRolePolicyDocument=json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                                             "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
objects = root.client("s3", config=CONFIG)
objects.create_bucket(Bucket="somebodys")
kms = root.client("kms")
key_arn = kms.create_key()["KeyMetadata"]["Arn"]
key = key_arn.split("/")[1]
sealed = kms.encrypt(KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
grant = kms.create_grant(KeyId=key, GranteePrincipal=role, Operations=["Decrypt"])["GrantId"]
# Members that a request needs besides those that its model requires, or in another form.
GIVEN = {
    ("lambda", "AddLayerVersionPermission"): {"Action": "lambda:GetLayerVersion"},
    ("iam", "DeletePolicyVersion"): {"VersionId": "v1"},
    ("iam", "GetPolicyVersion"): {"VersionId": "v1"},
    ("iam", "SetDefaultPolicyVersion"): {"VersionId": "v1"},
    ("kms", "Decrypt"): {"CiphertextBlob": sealed},
    ("kms", "ReEncrypt"): {"CiphertextBlob": sealed},
    ("kms", "GenerateDataKey"): {"KeySpec": "AES_256"},
    ("kms", "GenerateDataKeyWithoutPlaintext"): {"KeySpec": "AES_256"},
    ("kms", "ImportKeyMaterial"): {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"},
    ("kms", "RetireGrant"): {"KeyId": key_arn, "GrantId": grant},
    ("logs", "DescribeLogStreams"): {"logGroupName": "g"},
    ("logs", "FilterLogEvents"): {"logGroupName": "g"},
    ("logs", "GetLogEvents"): {"logGroupName": "g"},
}

WORDS = [
    "f", "ab", "abcde", "fgh.ijk", "12345678", "a" * 32, "a" * 36, "123456789012", "1", "/a", "AKIAIOSFODNN7EXAMPLE",
    "alias/abc", key, key_arn,
    f"arn:aws:lambda:{region}:{account}:function:f", f"arn:aws:lambda:{region}:{account}:layer:l:1",
    f"arn:aws:lambda:{region}:{account}:code-signing-config:csc-0123456789abcdef0", "lambda:InvokeFunction",
    "12345678-1234-1234-1234-123456789012", f"arn:aws:signer:{region}:{account}:/signing-profiles/ab", "python3.13",
]
NAMED = {
    "Role": role, "RoleArn": role, "PolicySourceArn": role, "RoleName": "somebodys",
    "UserName": "somebody", "PolicyArn": f"arn:aws:iam::{account}:policy/p", "AWSServiceName": "lambda.amazonaws.com",
    "KeyId": key, "SourceKeyId": key, "DestinationKeyId": key, "TargetKeyId": key, "Bucket": "somebodys", "Key": "k",
    "CopySource": "somebodys/k", "resourceArn": f"arn:aws:logs:{region}:{account}:log-group:g",
    "Resource": f"arn:aws:lambda:{region}:{account}:function:f", "FunctionName": "f", "Handler": "a.b",
    "DurationSeconds": 900, "PendingWindowInDays": 7, "ExternalId": "ab", "Uri": "s3://a/b", "Url": "https://a.example",
    "logGroupName": "g", "logStreamName": "s", "logGroupIdentifier": "g", "ActionNames": ["s3:GetObject"],
    "OpenIDConnectProviderArn": f"arn:aws:iam::{account}:oidc-provider/a.example", "KeyUsage": "ENCRYPT_DECRYPT",
}


def text(shape):
    if shape.enum:
        return shape.enum[0]
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 1 << 20)
    pattern = shape.metadata.get("pattern")
    for word in WORDS + [shape.name, "x" * least]:
        try:
            fits = not pattern or re.fullmatch(pattern, word)
        except re.error:
            fits = True
        if fits and least <= len(word) <= most:
            return word
    return WORDS[0]


def example(shape, name=None, depth=0):
    if name in NAMED:
        value = NAMED[name]
        return [value] if shape.type_name == "list" and not isinstance(value, list) else value
    kind = shape.type_name
    if kind == "structure":
        wanted = list(shape.required_members)
        if getattr(shape, "is_tagged_union", False) or (shape.metadata.get("union") and not wanted):
            wanted = list(shape.members)[:1]
        return {member: example(shape.members[member], member, depth + 1) for member in wanted}
    if kind == "list":
        return [example(shape.member, None, depth + 1) for _ in range(max(1, shape.metadata.get("min", 0)))]
    if kind == "map":
        return {text(shape.key): example(shape.value, None, depth + 1)}
    if kind in ("integer", "long", "float", "double"):
        return max(1, shape.metadata.get("min", 1))
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return 1700000000
    if kind == "blob":
        return b"0123456789abcdef"
    return text(shape)


def call(client, operation):
    model = client.meta.service_model.operation_model(operation)
    method = next(name for name, full in client.meta.method_to_api_mapping.items() if full == operation)
    arguments = example(model.input_shape) if model.input_shape else {}
    arguments.update(GIVEN.get((client.meta.service_model.service_name, operation), {}))
    try:
        answer = getattr(client, method)(**arguments)
        for refused in answer.get("Errors", []) if operation == "DeleteObjects" else []:
            return refused["Code"], refused["Message"], 200  # each object is decided about
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"].get("Message", ""), \
            error.response["ResponseMetadata"]["HTTPStatusCode"]
    return "", "", 200


def session(name):
    iam.create_user(UserName=name)
    created = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.Session(created["AccessKeyId"], created["SecretAccessKey"], None, region)


def state():
    """What there is, as the account's root user sees it."""
    seen = {}
    for service, lists in {
        "lambda": ["list_functions", "list_layers", "list_code_signing_configs"],
        "iam": ["list_users", "list_groups", "list_roles", "list_open_id_connect_providers", "list_account_aliases"],
        "kms": ["list_keys", "list_aliases"],
        "logs": ["describe_log_groups"],
        "s3": ["list_buckets"],
        "signer": ["list_signing_profiles"],
        "secretsmanager": ["list_secrets"],
        "ssm": ["describe_parameters"],
    }.items():
        if service in served:
            for name in lists:
                answer = getattr(root.client(service, config=CONFIG), name)()
                answer.pop("ResponseMetadata")
                seen[name] = json.dumps(answer, default=str, sort_keys=True)
    return seen


def unserved(answer):
    return "not available in this version" in answer[1] or "not implemented" in answer[1] \
        or answer[0] in ("501", "NotImplemented", "UnsupportedOperationException")


def is_denied(answer):
    # HEAD has no body, so no code.
    return answer[0] in ("AccessDenied", "AccessDeniedException") or (answer[0] == "403" and not answer[1].strip("Forbidden"))


served = {}
nobody = session("nobody")
for service in SERVICES:
    client = root.client(service, config=CONFIG)
    operations = client.meta.service_model.operation_names
    # An operation that this version lacks says so to everybody; the root user must not change anything by asking.
    asking = nobody.client(service, config=CONFIG)
    there = [operation for operation in operations
             if not unserved(call(asking, operation)) and operation not in ABSENT]
    if there:
        served[service] = there

before = state()
faults = []
for service, operations in served.items():
    client = nobody.client(service, config=CONFIG)
    for operation in operations:
        answer = call(client, operation)
        if (service, operation) in OPEN:
            if is_denied(answer):
                faults.append(f"{service} {operation}: is open to who has signed, but {answer}")
        elif not is_denied(answer):
            faults.append(f"{service} {operation}: without permission it answered {answer}")
        elif answer[0] not in ("403",) and "nobody" not in answer[1] and service != "s3":
            faults.append(f"{service} {operation}: doesn't say who was denied: {answer}")
after = state()
faults += [f"{name}: a denied call changed it" for name in before if before[name] != after[name]]
for name in before:
    if before[name] != after[name]:
        print(before[name], after[name], sep="\n", file=sys.stderr)

one = session("one")
for service, operations in served.items():
    client = one.client(service, config=CONFIG)
    for operation in operations:
        actions = ACTIONS.get((service, operation), [f"{service}:{operation}"])
        iam.put_user_policy(UserName="one", PolicyName="needed", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}))
        if (service, operation) == ("sts", "AssumeRole"):
            continue  # by the role's trust policy alone: everybodyMayDoWhatPoliciesSayAndNothingElse
        if service == "s3":
            objects.put_object(Bucket="somebodys", Key="k", Body=b"there")  # one before may have removed it
        answer = call(client, operation)
        if is_denied(answer) and "is not authorized to perform" in answer[1] or answer[0] == "403":
            faults.append(f"{service} {operation}: with {actions} it was denied: {answer}")
        if answer[2] >= 500:
            faults.append(f"{service} {operation}: {answer}")

for name in ("nobody", "one"):
    for made in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=made["AccessKeyId"])
iam.delete_user_policy(UserName="one", PolicyName="needed")
for name in ("nobody", "one"):
    iam.delete_user(UserName=name)
for service, operations in served.items():
    print(service, len(operations))
if faults:
    sys.exit("\n".join(faults))

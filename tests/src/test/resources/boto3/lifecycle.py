"""The life of everything in Lambda's control plane, by boto3: its waiters, its paginators, its errors.

Prints the name of every operation that it called; ends with an exception at the first surprise.
"""
import base64
import hashlib
import io
import json
import sys
import uuid
import zipfile

import boto3
from botocore.config import Config

CONFIG = Config(retries={"total_max_attempts": 1})
called = set()


def client(service):
    made = boto3.client(service, config=CONFIG)
    made.meta.events.register("before-call." + service, lambda model, **_: called.add(model.name))
    return made


def archive(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name.replace("__", "/") + ".py", text)
    return data.getvalue()


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} is not {expected!r}")


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except lambda_.exceptions.ClientError as error:
        same(error.response["Error"]["Code"], code)
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


def pages(operation, key, size, **arguments):
    paginator = lambda_.get_paginator(operation)
    found = []
    for page in paginator.paginate(PaginationConfig={"PageSize": size}, **arguments):
        if len(page[key]) > size:
            raise AssertionError(f"a page of {operation} has {len(page[key])} entries")
        found += page[key]
    return found


lambda_ = client("lambda")
s3 = client("s3")
iam = client("iam")
account = client("sts").get_caller_identity()["Account"]
run = uuid.uuid4().hex[:8]
name = "boto-" + run

role = iam.create_role(
    RoleName=name,
    AssumeRolePolicyDocument=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)["Role"]["Arn"]
iam.get_waiter("role_exists").wait(RoleName=name)

# A layer, and a function that uses it.
layer = lambda_.publish_layer_version(
    LayerName=name,
    Content={"ZipFile": archive(python__library="NAME = 'layer'")},
    CompatibleRuntimes=["python3.13"],
)
same(layer["Version"], 1)
same(lambda_.get_layer_version(LayerName=name, VersionNumber=1)["Version"], 1)
same(lambda_.get_layer_version_by_arn(Arn=layer["LayerVersionArn"])["LayerArn"], layer["LayerArn"])
lambda_.publish_layer_version(
    LayerName=name, Content={"ZipFile": archive(python__library="NAME = 'two'")}
)
same([v["Version"] for v in pages("list_layer_versions", "LayerVersions", 1, LayerName=name)], [2, 1])
same(name in [l["LayerName"] for l in pages("list_layers", "Layers", 1)], True)
same([v["Version"] for v in lambda_.list_layer_versions(
    LayerName=name, CompatibleRuntime="python3.13")["LayerVersions"]], [1])
shared = lambda_.add_layer_version_permission(
    LayerName=name, VersionNumber=1, StatementId="all", Action="lambda:GetLayerVersion", Principal="*"
)
policy = lambda_.get_layer_version_policy(LayerName=name, VersionNumber=1)
same(json.loads(policy["Policy"])["Statement"], [json.loads(shared["Statement"])])
lambda_.remove_layer_version_permission(LayerName=name, VersionNumber=1, StatementId="all")
refused("ResourceNotFoundException", lambda_.get_layer_version_policy, LayerName=name, VersionNumber=1)

code = archive(index="import library\ndef handler(event, context):\n    return library.NAME\n")
made = lambda_.create_function(
    FunctionName=name,
    Runtime="python3.13",
    Handler="index.handler",
    Role=role,
    Code={"ZipFile": code},
    Layers=[layer["LayerVersionArn"]],
    Tags={"team": "blue"},
)
same(made["CodeSha256"], base64.b64encode(hashlib.sha256(code).digest()).decode())
lambda_.get_waiter("function_exists").wait(FunctionName=name)
lambda_.get_waiter("function_active").wait(FunctionName=name)
lambda_.get_waiter("function_active_v2").wait(FunctionName=name)
refused(
    "ResourceConflictException",
    lambda_.create_function,
    FunctionName=name,
    Runtime="python3.13",
    Handler="index.handler",
    Role=role,
    Code={"ZipFile": code},
)
same(lambda_.invoke(FunctionName=name)["Payload"].read(), b'"layer"')
lambda_.delete_layer_version(LayerName=name, VersionNumber=1)
same(lambda_.invoke(FunctionName=name)["Payload"].read(), b'"layer"')

# Code from S3, dry and then in earnest; versions, aliases.
bucket = "boto-" + run
s3.create_bucket(Bucket=bucket)
s3.get_waiter("bucket_exists").wait(Bucket=bucket)
changed = archive(index="import library\ndef handler(event, context):\n    return library.NAME + '!'\n")
s3.put_object(Bucket=bucket, Key="code/f.zip", Body=changed)
dry = lambda_.update_function_code(FunctionName=name, S3Bucket=bucket, S3Key="code/f.zip", DryRun=True)
same(dry["CodeSha256"], base64.b64encode(hashlib.sha256(changed).digest()).decode())
same(lambda_.get_function_configuration(FunctionName=name)["CodeSha256"], made["CodeSha256"])
first = lambda_.publish_version(FunctionName=name, CodeSha256=made["CodeSha256"])
same(first["Version"], "1")
lambda_.get_waiter("published_version_active").wait(FunctionName=name, Qualifier="1")
lambda_.update_function_code(FunctionName=name, S3Bucket=bucket, S3Key="code/f.zip")
lambda_.get_waiter("function_updated").wait(FunctionName=name)
lambda_.update_function_configuration(FunctionName=name, MemorySize=256, Environment={"Variables": {"AB": "c"}})
lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)
same(lambda_.publish_version(FunctionName=name)["Version"], "2")
same(lambda_.publish_version(FunctionName=name)["Version"], "2")
same(
    [v["Version"] for v in pages("list_versions_by_function", "Versions", 1, FunctionName=name)],
    ["$LATEST", "1", "2"],
)
lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
lambda_.create_alias(FunctionName=name, Name="next", FunctionVersion="2")
lambda_.update_alias(
    FunctionName=name,
    Name="live",
    FunctionVersion="1",
    RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}},
)
same(lambda_.get_alias(FunctionName=name, Name="live")["RoutingConfig"], {"AdditionalVersionWeights": {"2": 1.0}})
same(sorted(a["Name"] for a in pages("list_aliases", "Aliases", 1, FunctionName=name)), ["live", "next"])
same(lambda_.invoke(FunctionName=name, Qualifier="live")["Payload"].read(), b'"layer!"')
same(name in [f["FunctionName"] for f in pages("list_functions", "Functions", 1)], True)

# Permissions and a URL.
added = lambda_.add_permission(
    FunctionName=name,
    Qualifier="live",
    StatementId="bucket",
    Action="lambda:InvokeFunction",
    Principal="s3.amazonaws.com",
    SourceArn="arn:aws:s3:::" + bucket,
    SourceAccount=account,
)
document = lambda_.get_policy(FunctionName=name, Qualifier="live")
same(json.loads(document["Policy"])["Statement"], [json.loads(added["Statement"])])
refused(
    "ResourceConflictException",
    lambda_.add_permission,
    FunctionName=name,
    Qualifier="live",
    StatementId="bucket",
    Action="lambda:InvokeFunction",
    Principal="s3.amazonaws.com",
)
lambda_.remove_permission(FunctionName=name, Qualifier="live", StatementId="bucket")
refused("ResourceNotFoundException", lambda_.get_policy, FunctionName=name, Qualifier="live")
url = lambda_.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="AWS_IAM")
lambda_.update_function_url_config(
    FunctionName=name, Qualifier="live", Cors={"AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"]}
)
shown = lambda_.get_function_url_config(FunctionName=name, Qualifier="live")
same((shown["FunctionUrl"], shown["Cors"]["AllowMethods"]), (url["FunctionUrl"], ["GET"]))
same(len(pages("list_function_url_configs", "FunctionUrlConfigs", 1, FunctionName=name)), 1)
lambda_.delete_function_url_config(FunctionName=name, Qualifier="live")

# Code signing configs.
signing = lambda_.create_code_signing_config(
    AllowedPublishers={
        "SigningProfileVersionArns": [
            f"arn:aws:signer:{lambda_.meta.region_name}:{account}:/signing-profiles/boto/abcdefghij"
        ]
    },
    Description="one",
)["CodeSigningConfig"]
arn = signing["CodeSigningConfigArn"]
same(signing["CodeSigningPolicies"], {"UntrustedArtifactOnDeployment": "Warn"})
same(lambda_.update_code_signing_config(CodeSigningConfigArn=arn, Description="two")["CodeSigningConfig"]["Description"], "two")
same(lambda_.get_code_signing_config(CodeSigningConfigArn=arn)["CodeSigningConfig"]["Description"], "two")
same(arn in [c["CodeSigningConfigArn"] for c in pages("list_code_signing_configs", "CodeSigningConfigs", 1)], True)
lambda_.put_function_code_signing_config(CodeSigningConfigArn=arn, FunctionName=name)
same(lambda_.get_function_code_signing_config(FunctionName=name)["CodeSigningConfigArn"], arn)
same(len(pages("list_functions_by_code_signing_config", "FunctionArns", 1, CodeSigningConfigArn=arn)), 1)
refused("ResourceConflictException", lambda_.delete_code_signing_config, CodeSigningConfigArn=arn)
lambda_.delete_function_code_signing_config(FunctionName=name)
lambda_.delete_code_signing_config(CodeSigningConfigArn=arn)

# Tags, runtime management, recursion, concurrency, the account.
function = made["FunctionArn"]
lambda_.tag_resource(Resource=function, Tags={"stage": "test"})
lambda_.untag_resource(Resource=function, TagKeys=["team"])
same(lambda_.list_tags(Resource=function)["Tags"], {"stage": "test"})
same(lambda_.get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"], "Auto")
same(
    lambda_.put_runtime_management_config(FunctionName=name, UpdateRuntimeOn="FunctionUpdate")["UpdateRuntimeOn"],
    "FunctionUpdate",
)
same(lambda_.get_function_recursion_config(FunctionName=name)["RecursiveLoop"], "Terminate")
same(lambda_.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")["RecursiveLoop"], "Allow")
same("ReservedConcurrentExecutions" in lambda_.get_function_concurrency(FunctionName=name), False)
lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
same(lambda_.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"], 0)
same(lambda_.get_function(FunctionName=name)["Concurrency"], {"ReservedConcurrentExecutions": 0})
refused("TooManyRequestsException", lambda_.invoke, FunctionName=name)
lambda_.delete_function_concurrency(FunctionName=name)
same(lambda_.invoke(FunctionName=name)["StatusCode"], 200)
usage = lambda_.get_account_settings()
same(usage["AccountLimit"]["TotalCodeSize"], 80530636800)
same(usage["AccountUsage"]["FunctionCount"] >= 1, True)

# The end.
refused("InvalidParameterValueException", lambda_.delete_function, FunctionName=name, Qualifier="$LATEST")
lambda_.delete_alias(FunctionName=name, Name="live")
lambda_.delete_alias(FunctionName=name, Name="next")
lambda_.delete_function(FunctionName=name, Qualifier="1")
lambda_.delete_function(FunctionName=name)
same("not found" in refused("ResourceNotFoundException", lambda_.get_function, FunctionName=name), True)
lambda_.delete_layer_version(LayerName=name, VersionNumber=2)
s3.delete_object(Bucket=bucket, Key="code/f.zip")
s3.delete_bucket(Bucket=bucket)
iam.delete_role(RoleName=name)

sys.stdout.write("\n".join(sorted(called)) + "\n")

"""Who may do what with secrets and parameters, by boto3: each operation denied without a policy and allowed by one.

Prints a line for each thing that held; ends with an exception at the first surprise.
"""
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1})
root = boto3.Session()
region = root.region_name
account = root.client("sts").get_caller_identity()["Account"]
iam = root.client("iam", config=CONFIG)
secrets = root.client("secretsmanager", config=CONFIG)
ssm = root.client("ssm", config=CONFIG)
iam.create_user(UserName="sam")
key = iam.create_access_key(UserName="sam")["AccessKey"]
sam = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], None, region)

arn = secrets.create_secret(Name="team/db", SecretString="one", Tags=[{"Key": "team", "Value": "red"}])["ARN"]
second = secrets.put_secret_value(SecretId=arn, SecretString="two", VersionStages=["AWSPENDING"])["VersionId"]
ssm.put_parameter(Name="/team/db", Value="three", Type="SecureString", Tags=[{"Key": "team", "Value": "red"}])
parameter = f"arn:aws:ssm:{region}:{account}:parameter/team/db"


def attempt(client, operation, **arguments):
    try:
        getattr(client, operation)(**arguments)
        return "allowed"
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return error.response["Error"]["Message"] if code == "AccessDeniedException" else "allowed"


def policy(*statements):
    iam.put_user_policy(UserName="sam", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": list(statements)}))


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def drop():
    iam.delete_user_policy(UserName="sam", PolicyName="p")


DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
    "Action": "secretsmanager:DescribeSecret", "Resource": "*"}]})
SECRET = {"SecretId": "team/db"}
SECRETS = [  # operation, arguments, resource
    ("create_secret", {"Name": "new", "SecretString": "x"}, f"arn:aws:secretsmanager:{region}:{account}:secret:new-*"),
    ("describe_secret", SECRET, arn),
    ("get_secret_value", SECRET, arn),
    ("put_secret_value", {**SECRET, "SecretString": "x", "VersionStages": ["x"]}, arn),
    ("update_secret", {**SECRET, "Description": "d"}, arn),
    ("update_secret_version_stage", {**SECRET, "VersionStage": "y", "MoveToVersionId": second}, arn),
    ("list_secret_version_ids", SECRET, arn),
    ("list_secrets", {}, "*"),
    ("batch_get_secret_value", {"SecretIdList": ["team/db"]}, "*"),
    ("get_random_password", {}, "*"),
    ("tag_resource", {**SECRET, "Tags": [{"Key": "a", "Value": "b"}]}, arn),
    ("untag_resource", {**SECRET, "TagKeys": ["a"]}, arn),
    ("put_resource_policy", {**SECRET, "ResourcePolicy": DOCUMENT}, arn),
    ("get_resource_policy", SECRET, arn),
    ("validate_resource_policy", {**SECRET, "ResourcePolicy": DOCUMENT}, arn),
    ("delete_resource_policy", SECRET, arn),
    ("delete_secret", {"SecretId": "new", "RecoveryWindowInDays": 7}, f"arn:aws:secretsmanager:{region}:{account}:secret:new-*"),
    ("restore_secret", {"SecretId": "new"}, f"arn:aws:secretsmanager:{region}:{account}:secret:new-*"),
]
TAGGED = {"ResourceType": "Parameter", "ResourceId": "/team/db"}
PARAMETERS = [
    ("put_parameter", {"Name": "/team/db", "Value": "x", "Type": "String", "Overwrite": True}, parameter),
    ("get_parameter", {"Name": "/team/db"}, parameter),
    ("get_parameters", {"Names": ["/team/db"]}, parameter),
    ("get_parameters_by_path", {"Path": "/team"}, f"arn:aws:ssm:{region}:{account}:parameter/team"),
    ("get_parameter_history", {"Name": "/team/db"}, parameter),
    ("label_parameter_version", {"Name": "/team/db", "Labels": ["l"]}, parameter),
    ("unlabel_parameter_version", {"Name": "/team/db", "Labels": ["l"], "ParameterVersion": 1}, parameter),
    ("describe_parameters", {}, "*"),
    ("add_tags_to_resource", {**TAGGED, "Tags": [{"Key": "a", "Value": "b"}]}, parameter),
    ("remove_tags_from_resource", {**TAGGED, "TagKeys": ["a"]}, parameter),
    ("list_tags_for_resource", TAGGED, parameter),
    ("delete_parameters", {"Names": ["/team/none"]}, f"arn:aws:ssm:{region}:{account}:parameter/team/none"),
    ("delete_parameter", {"Name": "/team/none"}, f"arn:aws:ssm:{region}:{account}:parameter/team/none"),
]
for service, rows in (("secretsmanager", SECRETS), ("ssm", PARAMETERS)):
    client = sam.client(service, config=CONFIG)
    for operation, arguments, resource in rows:
        action = service + ":" + client.meta.method_to_api_mapping[operation]
        message = attempt(client, operation, **arguments)
        assert message.startswith(f"User: arn:aws:iam::{account}:user/sam is not authorized to perform: {action} "), \
            (operation, message)
        policy(allow(action, resource))
        assert attempt(client, operation, **arguments) == "allowed", (operation, attempt(client, operation, **arguments))
        policy(allow(service + ":*"), {"Effect": "Deny", "Action": action, "Resource": resource})
        assert "with an explicit deny" in attempt(client, operation, **arguments), operation
        drop()
    print(f"{len(rows)} operations of {service} are decided by policies")

# A batch tells of each secret that may not be read, and gives the others.
secrets.create_secret(Name="other", SecretString="four")
policy(allow("secretsmanager:BatchGetSecretValue"), allow("secretsmanager:ListSecrets"),
       allow("secretsmanager:GetSecretValue", arn))
mine = sam.client("secretsmanager", config=CONFIG)
for batch in (mine.batch_get_secret_value(SecretIdList=["team/db", "other"]),
              mine.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["team/db", "other"]}])):
    assert [entry["Name"] for entry in batch["SecretValues"]] == ["team/db"], batch
    assert [error["ErrorCode"] for error in batch["Errors"]] == ["AccessDeniedException"], batch
drop()
print("a batch gives what may be read")

# The secret's own policy suffices in its account, and tags decide where a policy asks for them.
secrets.put_resource_policy(SecretId=arn, ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:user/sam"},
    "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}))
assert mine.get_secret_value(SecretId="team/db")["SecretString"] == "one"
secrets.delete_resource_policy(SecretId=arn)
assert attempt(mine, "get_secret_value", SecretId="team/db") != "allowed"
red = {"StringEquals": {"aws:ResourceTag/team": "red"}}
policy(allow(["secretsmanager:GetSecretValue", "ssm:GetParameter"], Condition=red))
assert mine.get_secret_value(SecretId="team/db")["SecretString"] == "one"
assert attempt(mine, "get_secret_value", SecretId="other") != "allowed"
assert attempt(sam.client("ssm", config=CONFIG), "get_parameter", Name="/team/db") == "allowed"
secrets.untag_resource(SecretId=arn, TagKeys=["team"])
assert attempt(mine, "get_secret_value", SecretId="team/db") != "allowed"
print("policies of secrets and tags decide")

# Who may read the secret and not use its key reads nothing.
cmk = root.client("kms").create_key()["KeyMetadata"]["Arn"]
secrets.create_secret(Name="sealed", SecretString="five", KmsKeyId=cmk)
policy(allow("secretsmanager:GetSecretValue"))
assert attempt(mine, "get_secret_value", SecretId="sealed") == "Access to KMS is not allowed"
policy(allow("secretsmanager:GetSecretValue"), allow("kms:Decrypt", cmk, Condition={"StringEquals": {
    "kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}}))
assert mine.get_secret_value(SecretId="sealed")["SecretString"] == "five"
print("the key's permission is asked for too")

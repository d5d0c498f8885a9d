"""Who may do what, by boto3: users, groups, roles and sessions, each with what its policies say.

Prints a line for each thing that held; ends with an exception at the first surprise.
"""
import io
import json
import sys
import time
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1})
account = boto3.client("sts").get_caller_identity()["Account"]
root = boto3.Session()
iam = root.client("iam", config=CONFIG)
region = root.region_name
LAMBDA = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                                                  "Action": "sts:AssumeRole"}]}


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} is not {expected!r}")


def refused(code, message, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        same((error.response["Error"]["Code"], error.response["Error"]["Message"]), (code, message))
        return error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{code} was expected")


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def session(key, token=None):
    return boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], token or key.get("SessionToken"), region)


def denied(who, action, resource, reason):
    return f"User: {who} is not authorized to perform: {action} on resource: {resource} {reason}"


def no_identity(action):
    return f"because no identity-based policy allows the {action} action"


# A user without policies may do nothing, whatever the protocol.
user = iam.create_user(UserName="ana", Path="/team/", Tags=[{"Key": "team", "Value": "red"}])["User"]
arn = f"arn:aws:iam::{account}:user/team/ana"
same(user["Arn"], arn)
key = iam.create_access_key(UserName="ana")["AccessKey"]
ana = session(key)
same(ana.client("sts").get_caller_identity()["Arn"], arn)
function = f"arn:aws:lambda:{region}:{account}:function:f"
functions = ana.client("lambda", config=CONFIG)
same(refused("AccessDeniedException", denied(arn, "lambda:ListFunctions", "*", no_identity("lambda:ListFunctions")),
             functions.list_functions), 403)
refused("AccessDeniedException", denied(arn, "lambda:GetFunction", function, no_identity("lambda:GetFunction")),
        functions.get_function, FunctionName="f")
refused("AccessDeniedException", denied(arn, "lambda:InvokeFunction", function, no_identity("lambda:InvokeFunction")),
        functions.invoke, FunctionName="f")
group = f"arn:aws:logs:{region}:{account}:log-group:g:log-stream:"
same(refused("AccessDeniedException", denied(arn, "logs:CreateLogGroup", group, no_identity("logs:CreateLogGroup")),
             ana.client("logs", config=CONFIG).create_log_group, logGroupName="g"), 400)
same(refused("AccessDenied", denied(arn, "iam:CreateUser", f"arn:aws:iam::{account}:user/eva",
                                    no_identity("iam:CreateUser")),
             ana.client("iam", config=CONFIG).create_user, UserName="eva"), 403)
print("a user without policies may do nothing")

# Exactly the action that is needed, on exactly that resource; a change counts at once.
begun = time.monotonic()
iam.put_user_policy(UserName="ana", PolicyName="read", PolicyDocument=policy(allow("lambda:GetFunction", function)))
refused("ResourceNotFoundException", f"Function not found: {function}", functions.get_function, FunctionName="f")
same(time.monotonic() - begun < 1, True)
refused("AccessDeniedException", denied(arn, "lambda:GetFunction", function + "g", no_identity("lambda:GetFunction")),
        functions.get_function, FunctionName="fg")
iam.delete_user_policy(UserName="ana", PolicyName="read")
refused("AccessDeniedException", denied(arn, "lambda:GetFunction", function, no_identity("lambda:GetFunction")),
        functions.get_function, FunctionName="f")
print("a policy allows what it says, as soon as it is there")

# Resources are told by their tags, functions and identities alike.
by_tag = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
iam.put_user_policy(UserName="ana", PolicyName="tagged", PolicyDocument=policy(
    allow("iam:GetUser", "*", Condition=by_tag)))
iam.create_user(UserName="eva", Tags=[{"Key": "team", "Value": "blue"}])
theirs = ana.client("iam", config=CONFIG)
same(theirs.get_user(UserName="ana")["User"]["Arn"], arn)
refused("AccessDenied", denied(arn, "iam:GetUser", f"arn:aws:iam::{account}:user/eva", no_identity("iam:GetUser")),
        theirs.get_user, UserName="eva")
iam.tag_user(UserName="eva", Tags=[{"Key": "team", "Value": "red"}])
theirs.get_user(UserName="eva")
iam.delete_user(UserName="eva")
iam.delete_user_policy(UserName="ana", PolicyName="tagged")
print("resources are told by their tags")

# A function may be created only with a role that may be passed.
role = iam.create_role(RoleName="runs", AssumeRolePolicyDocument=json.dumps(LAMBDA))["Role"]
data = io.BytesIO()
with zipfile.ZipFile(data, "w") as zipped:
    zipped.writestr("m.py", "import boto3\n"
                            "def handler(event, context):\n"
                            "    try:\n"
                            "        boto3.client('logs', **event).describe_log_groups()\n"
                            "        return 'allowed'\n"
                            "    except Exception as e:\n"
                            "        return str(e)\n")
create = dict(FunctionName="f", Runtime="python3.13", Handler="m.handler", Role=role["Arn"], Timeout=60,
              Code={"ZipFile": data.getvalue()})
iam.put_user_policy(UserName="ana", PolicyName="create", PolicyDocument=policy(allow("lambda:*", function + "*")))
refused("AccessDeniedException", denied(arn, "iam:PassRole", role["Arn"], no_identity("iam:PassRole")),
        functions.create_function, **create)
iam.put_user_policy(UserName="ana", PolicyName="pass", PolicyDocument=policy(
    allow("iam:PassRole", role["Arn"], Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})))
iam.create_role(RoleName="elses", AssumeRolePolicyDocument=json.dumps(LAMBDA).replace("lambda.", "ec2."))
creating = root.client("lambda", config=CONFIG)
for other in ("elses", "nobodys"):
    refused("InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.",
            creating.create_function, **{**create, "Role": f"arn:aws:iam::{account}:role/{other}"})
iam.delete_role(RoleName="elses")
functions.create_function(**create)
functions.get_waiter("function_active_v2").wait(FunctionName="f")
print("a role is passed by those who may")


def call(**credentials):
    return json.loads(functions.invoke(FunctionName="f", Payload=json.dumps(credentials))["Payload"].read())


# A function is its role.
acting = f"arn:aws:sts::{account}:assumed-role/runs/f"
if "not authorized to perform: logs:DescribeLogGroups" not in call() or acting not in call():
    raise AssertionError(call())
iam.attach_role_policy(RoleName="runs", PolicyArn="arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess")
same(call(), "allowed")
# With another's key it is that other.
if arn not in call(aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"],
                   aws_session_token=""):
    raise AssertionError("the function's own session was taken for another's key")
# Which function it is that acts by a role, policies can tell.
for named, answer in ((function, "allowed"), (function + "g", "not authorized")):
    iam.put_role_policy(RoleName="runs", PolicyName="barred", PolicyDocument=policy(
        {"Effect": "Deny", "Action": "logs:*", "Resource": "*",
         "Condition": {"ArnNotEquals": {"lambda:SourceFunctionArn": named}}}))
    if answer not in call():
        raise AssertionError(call())
iam.delete_role_policy(RoleName="runs", PolicyName="barred")
# Its logs are written by that role too.
kept = root.client("logs", config=CONFIG)
same(kept.describe_log_groups(logGroupNamePrefix="/aws/lambda/f")["logGroups"], [])
iam.attach_role_policy(RoleName="runs", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
call()
deadline = time.monotonic() + 30
while not kept.describe_log_groups(logGroupNamePrefix="/aws/lambda/f")["logGroups"]:
    same(time.monotonic() < deadline, True)
    time.sleep(0.1)
iam.detach_role_policy(RoleName="runs", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
iam.detach_role_policy(RoleName="runs", PolicyArn="arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess")
print("a function may do what its role may")

# A role that is gone is nobody's: an environment that needs it doesn't start.
iam.create_role(RoleName="leaves", AssumeRolePolicyDocument=json.dumps(LAMBDA))
creating.create_function(**{**create, "FunctionName": "left", "Role": f"arn:aws:iam::{account}:role/leaves"})
creating.get_waiter("function_active_v2").wait(FunctionName="left")
iam.delete_role(RoleName="leaves")
refused("AccessDeniedException", "The role defined for the function cannot be assumed by Lambda.",
        creating.invoke, FunctionName="left")
creating.delete_function(FunctionName="left")
print("a function without its role does not run")

# The function's own policy lets in who has no other; a deny wins.
iam.create_user(UserName="ben")
ben = session(iam.create_access_key(UserName="ben")["AccessKey"])
ben_arn = f"arn:aws:iam::{account}:user/ben"
invoke = dict(FunctionName="f", InvocationType="DryRun")
refused("AccessDeniedException", denied(ben_arn, "lambda:InvokeFunction", function, no_identity("lambda:InvokeFunction")),
        ben.client("lambda", config=CONFIG).invoke, **invoke)
functions.add_permission(FunctionName="f", StatementId="ben", Action="lambda:InvokeFunction", Principal=ben_arn)
ben.client("lambda", config=CONFIG).invoke(**invoke)
iam.create_group(GroupName="barred")
iam.put_group_policy(GroupName="barred", PolicyName="no", PolicyDocument=policy(
    {"Effect": "Deny", "Action": "lambda:Invoke*", "Resource": "*"}))
iam.add_user_to_group(UserName="ben", GroupName="barred")
refused("AccessDeniedException",
        denied(ben_arn, "lambda:InvokeFunction", function, "with an explicit deny in an identity-based policy"),
        ben.client("lambda", config=CONFIG).invoke, **invoke)
print("a function's policy allows and a deny wins")

# Roles are assumed by whom they trust; sessions have their limits.
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": ["sts:AssumeRole", "sts:TagSession"],
     "Condition": {"StringEquals": {"sts:ExternalId": "secret"}}}]}
iam.create_role(RoleName="works", Path="/jobs/", AssumeRolePolicyDocument=json.dumps(trust), MaxSessionDuration=7200)
works = f"arn:aws:iam::{account}:role/jobs/works"
iam.put_role_policy(RoleName="works", PolicyName="all", PolicyDocument=policy(
    allow("lambda:ListFunctions", "*", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}}),
    allow("lambda:GetAccountSettings"), allow("sts:AssumeRole", works)))
sts = ana.client("sts", config=CONFIG)
assume = dict(RoleArn=works, RoleSessionName="s1")
no = f"User: {arn} is not authorized to perform: sts:AssumeRole on resource: {works}"
refused("AccessDenied", no, sts.assume_role, **assume)
refused("AccessDenied", no, sts.assume_role, ExternalId="wrong", **assume)
refused("AccessDenied", f"User: {ben_arn} is not authorized to perform: sts:AssumeRole on resource: {works}",
        ben.client("sts", config=CONFIG).assume_role, ExternalId="secret", **assume)
refused("AccessDenied", "Roles may not be assumed by root accounts.",
        root.client("sts", config=CONFIG).assume_role, ExternalId="secret", **assume)
refused("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        sts.assume_role, ExternalId="secret", DurationSeconds=7201, **assume)
assumed = sts.assume_role(ExternalId="secret", Tags=[{"Key": "team", "Value": "red"}], **assume)
same(assumed["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{account}:assumed-role/works/s1")
tagged = session(assumed["Credentials"])
same(tagged.client("sts").get_caller_identity()["Arn"], assumed["AssumedRoleUser"]["Arn"])
tagged.client("lambda", config=CONFIG).list_functions()
plain = session(sts.assume_role(ExternalId="secret", **assume)["Credentials"])
session_arn = assumed["AssumedRoleUser"]["Arn"]
refused("AccessDeniedException", denied(session_arn, "lambda:ListFunctions", "*", no_identity("lambda:ListFunctions")),
        plain.client("lambda", config=CONFIG).list_functions)
narrow = session(sts.assume_role(ExternalId="secret", Policy=policy(allow("lambda:List*")),
                                 Tags=[{"Key": "team", "Value": "red"}], **assume)["Credentials"])
narrow.client("lambda", config=CONFIG).list_functions()
refused("AccessDeniedException",
        denied(session_arn, "lambda:GetAccountSettings", "*",
               "because no session policy allows the lambda:GetAccountSettings action"),
        narrow.client("lambda", config=CONFIG).get_account_settings)
plain.client("lambda", config=CONFIG).get_account_settings()
iam.put_role_permissions_boundary(RoleName="works", PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
refused("AccessDeniedException",
        denied(session_arn, "lambda:GetAccountSettings", "*",
               "because no permissions boundary allows the lambda:GetAccountSettings action"),
        plain.client("lambda", config=CONFIG).get_account_settings)
iam.delete_role_policy(RoleName="works", PolicyName="all")
iam.delete_role(RoleName="works")
refused("AccessDeniedException",
        denied(session_arn, "lambda:GetAccountSettings", "*", no_identity("lambda:GetAccountSettings")),
        plain.client("lambda", config=CONFIG).get_account_settings)
print("sessions are limited by their policies and end with their role")

# The simulator says what requests would get.
results = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["lambda:GetFunction", "s3:GetObject"],
                                        ResourceArns=[function])["EvaluationResults"]
same([one["EvalDecision"] for one in results], ["allowed", "implicitDeny"])
details = iam.get_account_authorization_details(Filter=["User", "Role", "Group"])
same([one["UserName"] for one in details["UserDetailList"] if one["UserName"] in ("ana", "ben")], ["ana", "ben"])
same([one["AssumeRolePolicyDocument"] for one in details["RoleDetailList"] if one["RoleName"] == "runs"], [LAMBDA])
print("the simulator decides as requests are decided")

# A key that is switched off, and one that is deleted, sign nothing.
iam.update_access_key(UserName="ana", AccessKeyId=key["AccessKeyId"], Status="Inactive")
same(refused("UnrecognizedClientException", "The security token included in the request is invalid.",
             functions.list_functions), 403)
iam.update_access_key(UserName="ana", AccessKeyId=key["AccessKeyId"], Status="Active")
functions.get_function(FunctionName="f")
same(iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]["ServiceName"] in
     ("lambda", "sts", "logs", "iam"), True)
functions.delete_function(FunctionName="f")
iam.delete_access_key(UserName="ana", AccessKeyId=key["AccessKeyId"])
refused("UnrecognizedClientException", "The security token included in the request is invalid.",
        functions.list_functions)
for name in ("create", "pass"):
    iam.delete_user_policy(UserName="ana", PolicyName=name)
iam.delete_user(UserName="ana")
iam.remove_user_from_group(UserName="ben", GroupName="barred")
iam.delete_group_policy(GroupName="barred", PolicyName="no")
iam.delete_group(GroupName="barred")
iam.delete_access_key(UserName="ben", AccessKeyId=iam.list_access_keys(UserName="ben")["AccessKeyMetadata"][0]["AccessKeyId"])
iam.delete_user(UserName="ben")
iam.delete_role(RoleName="runs")
print("keys stop working at once and everything can be taken down")

"""The tests' own runtime: task/handler.py of the working directory, over http.client."""
import http.client, json, os, sys, traceback

if os.environ.get("INIT_HANG"):
    import time
    time.sleep(60)
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def call(method, path, body=None, headers={}):
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    return response, response.read()


if os.environ.get("CLOISTER_PREPARED"):
    _, assignment = call("GET", "/cloister/2026-01-01/assignment")
    os.environ.update(json.loads(assignment)["environment"])
    os.environ["WAS_PREPARED"] = "1"

scope = {}
try:
    exec(compile(open("task/handler.py").read(), "handler.py", "exec"), scope)
except Exception as e:
    error = {"errorMessage": str(e), "errorType": type(e).__name__, "requestId": ""}
    call("POST", "/2018-06-01/runtime/init/error", json.dumps(error),
         {"Lambda-Runtime-Function-Error-Type": "Runtime." + type(e).__name__})
    sys.exit(1)

while True:
    event, body = call("GET", "/2018-06-01/runtime/invocation/next")
    request = event.getheader("Lambda-Runtime-Aws-Request-Id")
    path = "/2018-06-01/runtime/invocation/" + request
    try:
        answer = scope["handler"](json.loads(body), event.headers)
        call("POST", path + "/response", json.dumps(answer))
    except Exception as e:
        error = {"errorMessage": str(e), "errorType": type(e).__name__}
        call("POST", path + "/error", json.dumps(error),
             {"Lambda-Runtime-Function-Error-Type": type(e).__name__})

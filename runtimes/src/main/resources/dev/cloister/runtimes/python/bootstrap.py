"""Cloister's Python runtime: the loop between the Lambda Runtime API and a function's handler.

It behaves as AWS's Python runtimes do (error shapes, log lines, module search path). Everything a
function prints goes to standard output, one write for each record.
"""

import decimal
import json
import logging
import os
import socket
import sys
import time
import traceback

API = "/2018-06-01/runtime"
ASSIGNMENT = "/cloister/2026-01-01/assignment"
TASK_ROOT = "/var/task"
# A no-break space: CloudWatch and the consoles keep such an indentation.
INDENT = "\u00a0\u00a0"
MAX_HEAD_BYTES = 1 << 20
_PYTHONPATH_AT_START = os.environ.get("PYTHONPATH", "")


class RuntimeApi:
    """One persistent HTTP/1.1 connection to the Runtime API; used by one thread."""

    def __init__(self, address):
        self._address = address
        host, _, port = address.rpartition(":")
        self._target = (host, int(port))
        self._socket = None
        # Every request's head ends in these lines.
        self._common = "Host: %s\r\nUser-Agent: cloister-python/%d.%d\r\n" % (
            address,
            sys.version_info[0],
            sys.version_info[1],
        )
        self._next = self._head("GET", API + "/invocation/next", "")

    def next_invocation(self):
        status, headers, body = self._exchange(self._next)
        if status != 200:
            raise ConnectionError("the Runtime API answered %d to next" % status)
        return headers, body

    def assignment(self):
        status, _, body = self._exchange(self._head("GET", ASSIGNMENT, ""))
        if status != 200:
            raise ConnectionError("the Runtime API answered %d to assignment" % status)
        return json.loads(body)

    def respond(self, request_id, body, content_type):
        lines = "Content-Type: %s\r\nContent-Length: %d\r\n" % (content_type, len(body))
        path = API + "/invocation/" + request_id + "/response"
        return self._exchange(self._head("POST", path, lines) + body)[0]

    def invocation_error(self, request_id, error):
        self._post_error(API + "/invocation/" + request_id + "/error", error)

    def init_error(self, error):
        self._post_error(API + "/init/error", error)

    def _post_error(self, path, error):
        body = json.dumps(error).encode()
        error_type = str(error["errorType"]).encode("ascii", "replace").decode()
        lines = (
            "Content-Type: application/json\r\nContent-Length: %d\r\n"
            "Lambda-Runtime-Function-Error-Type: %s\r\n" % (len(body), error_type)
        )
        self._exchange(self._head("POST", path, lines) + body)

    def _head(self, method, path, lines):
        return ("%s %s HTTP/1.1\r\n%s%s\r\n" % (method, path, self._common, lines)).encode("latin-1")

    def _exchange(self, request):
        """Sends a request and returns status, headers (lower-case names) and body.

        A kept connection that turns out to be closed is opened anew, once.
        """
        if self._socket is not None:
            try:
                self._socket.sendall(request)
                first = self._socket.recv(65536)
                if first:
                    return self._read(first)
            except (BrokenPipeError, ConnectionResetError):
                pass
            self._socket.close()
        self._socket = socket.create_connection(self._target)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        return self._read(self._socket.recv(65536))

    def _read(self, data):
        receive = self._socket.recv
        end = data.find(b"\r\n\r\n")
        while end < 0:
            more = receive(65536)
            if not more or len(data) > MAX_HEAD_BYTES:
                raise ConnectionError("the Runtime API's answer is not HTTP")
            data += more
            end = data.find(b"\r\n\r\n")
        lines = data[:end].decode("utf-8", "replace").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        status = int(lines[0][9:12])
        length = int(headers.get("content-length", 0))
        body = data[end + 4 :]
        if len(body) < length:
            parts = [body]
            missing = length - len(body)
            while missing > 0:
                more = receive(min(missing, 1 << 20))
                if not more:
                    raise ConnectionError("the Runtime API's answer ended early")
                parts.append(more)
                missing -= len(more)
            body = b"".join(parts)
        if headers.get("connection", "").lower() == "close":
            self._socket.close()
            self._socket = None
        return status, headers, body


class Fault(Exception):
    """A failure that the runtime itself found, with the type that AWS gives it."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace or []


class Client:
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext:
    __slots__ = ("custom", "env", "client")


class CognitoIdentity:
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __repr__(self):
        return "CognitoIdentity([cognito_identity_id=%s,cognito_identity_pool_id=%s])" % (
            self.cognito_identity_id,
            self.cognito_identity_pool_id,
        )


class LambdaContext:
    """What a handler gets as its second argument."""

    def __init__(self, headers):
        environ = os.environ
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.log_group_name = environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self.client_context = _client_context(headers.get("lambda-runtime-client-context"))
        self.identity = _identity(headers.get("lambda-runtime-cognito-identity"))
        self._epoch_deadline_time_in_ms = int(headers.get("lambda-runtime-deadline-ms", 0))

    def get_remaining_time_in_millis(self):
        return max(int(self._epoch_deadline_time_in_ms - time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        names = (
            "aws_request_id", "log_group_name", "log_stream_name", "function_name",
            "memory_limit_in_mb", "function_version", "invoked_function_arn",
            "client_context", "identity", "tenant_id",
        )  # fmt: skip
        return "LambdaContext([%s])" % ",".join("%s=%s" % (n, getattr(self, n)) for n in names)


def _client_context(text):
    if not text:
        return None
    given = _parse_header(text, "client context")
    context = ClientContext()
    context.custom = given.get("custom")
    context.env = given.get("env")
    context.client = None
    client = given.get("client")
    if client is not None:
        context.client = Client()
        for name in Client.__slots__:
            setattr(context.client, name, client.get(name))
    return context


def _identity(text):
    identity = CognitoIdentity()
    given = _parse_header(text, "cognito identity") if text else {}
    identity.cognito_identity_id = given.get("cognitoIdentityId")
    identity.cognito_identity_pool_id = given.get("cognitoIdentityPoolId")
    return identity


def _parse_header(text, what):
    try:
        given = json.loads(text)
    except ValueError as e:
        raise Fault("Runtime.LambdaContextUnmarshalError", "Unable to parse %s JSON: %s" % (what, e))
    return given if isinstance(given, dict) else {}


# --- Logging ------------------------------------------------------------------------------------

_request_id = None


def _one_event(text):
    """The environment's log keeps a line as one event, and turns each \\r back into \\n."""
    return text.replace("\n", "\r") + "\n"


def _iso(seconds, millis):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".%03dZ" % millis


class TextFormatter(logging.Formatter):
    def format(self, record):
        record.aws_request_id = _request_id or ""
        return super().format(record)

    def formatTime(self, record, datefmt=None):
        return _iso(record.created, record.msecs)


_STANDARD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"aws_request_id", "message", "asctime"}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        line = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info:
            kind, value, trace = record.exc_info
            line["stackTrace"] = _frames(trace)
            line["errorType"] = kind.__name__ if kind else None
            line["errorMessage"] = str(value)
            line["location"] = "%s:%s:%d" % (record.pathname, record.funcName, record.lineno)
        if _request_id:
            line["requestId"] = _request_id
        for name, value in record.__dict__.items():
            if name not in _STANDARD_FIELDS and name not in line:
                line[name] = value
        return json.dumps(line, default=str, ensure_ascii=False)


class StdoutHandler(logging.Handler):
    def emit(self, record):
        try:
            sys.stdout.write(_one_event(self.format(record).rstrip("\n")))
        except Exception:
            self.handleError(record)


class LineFormatter(TextFormatter):
    def __init__(self):
        super().__init__("[%(levelname)s]\t%(asctime)s\t%(aws_request_id)s\t%(message)s")


def _json_logging():
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


def set_up_logging():
    root = logging.getLogger()
    handler = StdoutHandler()
    if _json_logging():
        handler.setFormatter(JsonFormatter())
        levels = {"TRACE": "DEBUG", "FATAL": "CRITICAL"}
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
        if level:
            root.setLevel(levels.get(level, level))
    else:
        handler.setFormatter(LineFormatter())
    root.addHandler(handler)


def log_error(error):
    if _json_logging():
        line = {"timestamp": _iso(time.time(), time.time() % 1 * 1000), "log_level": "ERROR"}
        line.update(error)
        sys.stdout.write(json.dumps(line) + "\n")
        return
    lines = ["[ERROR] %s: %s" % (error["errorType"], error["errorMessage"])]
    if error["stackTrace"]:
        lines.append("Traceback (most recent call last):")
        for element in error["stackTrace"]:
            for line in element.splitlines():
                bare = line.lstrip(" ")
                lines.append(INDENT * ((len(line) - len(bare)) // 2) + bare)
    sys.stdout.write(_one_event("\n".join(lines)))


# --- Errors -------------------------------------------------------------------------------------


def _frames(trace):
    """The function's own frames, each as Python prints it."""
    frames = traceback.extract_tb(trace)
    own = 0
    while own < len(frames) and (
        frames[own].filename == __file__ or frames[own].filename.startswith("<frozen importlib")
        or frames[own].filename.endswith("/importlib/__init__.py")
    ):
        own += 1
    return traceback.format_list(frames[own:])


def _error(error_type, message, trace, request_id):
    return {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": trace}


def _error_of(exception, request_id):
    if isinstance(exception, Fault):
        return _error(exception.error_type, exception.message, exception.trace, request_id)
    return _error(
        type(exception).__name__, str(exception), _frames(exception.__traceback__), request_id
    )


# --- The handler --------------------------------------------------------------------------------


def load_handler(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise Fault(
            "Runtime.MalformedHandlerName",
            "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name,
        )
    module_name = module_name.replace("/", ".")
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault(
            "Runtime.ImportModuleError",
            "Cannot use built-in module %s as a handler module" % module_name,
        )
    import importlib

    try:
        module = importlib.import_module(module_name)
    except ImportError as e:
        raise Fault(
            "Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, e)
        )
    except SyntaxError as e:
        trace = ['  File "%s" Line %s\n    %s' % (e.filename, e.lineno, e.text)]
        raise Fault(
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module '%s': %s" % (module_name, e),
            trace,
        )
    handler = getattr(module, function_name, None)
    if handler is None:
        raise Fault(
            "Runtime.HandlerNotFound",
            "Handler '%s' missing on module '%s'" % (function_name, module_name),
        )
    return handler


def _unusual(value):
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_unusual).encode
_encode_ascii = json.JSONEncoder(allow_nan=False, default=_unusual).encode


def _marshal(result):
    """The response's bytes and content type."""
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        text = _encode(result)
        try:
            return text.encode("utf-8"), "application/json"
        except UnicodeEncodeError:
            # A lone surrogate, which JSON can only carry escaped.
            return _encode_ascii(result).encode(), "application/json"
    except Exception as e:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % e)


def _unmarshal(body):
    try:
        return json.loads(body)
    except ValueError as e:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % e)


def serve(api, handler):
    global _request_id
    environ = os.environ
    traced = False
    while True:
        headers, body = api.next_invocation()
        request_id = _request_id = headers["lambda-runtime-aws-request-id"]
        trace_id = headers.get("lambda-runtime-trace-id")
        if trace_id:
            environ["_X_AMZN_TRACE_ID"] = trace_id
            traced = True
        elif traced:
            environ.pop("_X_AMZN_TRACE_ID", None)
            traced = False
        try:
            response, content_type = _marshal(handler(_unmarshal(body), LambdaContext(headers)))
        except Exception as e:
            error = _error_of(e, request_id)
            log_error(error)
            # Frames hold the function's objects: let go of them before the next invocation.
            del e
            flush()
            api.invocation_error(request_id, error)
            continue
        flush()
        api.respond(request_id, response, content_type)


def flush():
    """What was printed without a newline belongs to this invocation, too."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # The function closed it, which is its right.


# --- Starting -----------------------------------------------------------------------------------


def load_ahead():
    """Loads what functions usually need, in a process whose function is not known yet."""
    import importlib

    for name in (
        "argparse", "ast", "base64", "bisect", "calendar", "collections", "concurrent.futures",
        "contextlib", "copy", "csv", "ctypes", "dataclasses", "datetime", "email.message", "email.parser",
        "enum", "functools", "gzip", "hashlib", "hmac", "html", "http.client", "importlib.metadata",
        "inspect", "io", "itertools", "locale", "math", "mimetypes", "operator", "pathlib", "pickle",
        "platform", "pprint", "queue", "random", "re", "secrets", "select", "shutil", "signal", "ssl",
        "statistics", "string", "struct", "subprocess", "tempfile", "textwrap", "threading", "typing",
        "unicodedata", "urllib.error", "urllib.parse", "urllib.request", "uuid", "warnings", "weakref",
        "xml.etree.ElementTree", "zipfile", "zlib", "encodings.idna", "asyncio",
    ):  # fmt: skip
        importlib.import_module(name)
    # Keeps the collector from walking what stays for good.
    import gc

    gc.collect()
    gc.freeze()


def apply_assignment(environment):
    for name in ("CLOISTER_PREPARED", "PYTHONPATH"):
        os.environ.pop(name, None)
    os.environ.update(environment)
    os.environ.pop("CLOISTER_PREPARED", None)
    time.tzset()


def set_up_path():
    """The order of AWS's runtimes: the function, its layers, what the runtime brings, Python."""
    version = "python%d.%d" % sys.version_info[:2]
    at_start = {os.path.dirname(os.path.abspath(__file__)), *_PYTHONPATH_AT_START.split(":")}
    standard = [p for p in sys.path if p not in at_start]
    given = os.environ.get("PYTHONPATH", "").split(":")
    first = [
        os.environ.get("LAMBDA_TASK_ROOT", TASK_ROOT),
        "/opt/python/lib/%s/site-packages" % version,
        "/opt/python",
    ]
    runtime = os.environ.get("LAMBDA_RUNTIME_DIR", "/var/runtime")
    paths = first + [p for p in given if p] + [runtime] + standard
    sys.path[:] = list(dict.fromkeys(paths))


def main():
    # One write for each line, whatever the function prints.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    if os.environ.get("CLOISTER_PREPARED") == "1":
        load_ahead()
        apply_assignment(api.assignment()["environment"])
    set_up_path()
    os.chdir(os.environ.get("LAMBDA_TASK_ROOT", TASK_ROOT))
    try:
        set_up_logging()
        handler = load_handler(os.environ.get("_HANDLER", ""))
    except Exception as e:
        error = _error_of(e, "")
        log_error(error)
        flush()
        api.init_error(error)
        sys.exit(1)
    serve(api, handler)


if __name__ == "__main__":
    main()

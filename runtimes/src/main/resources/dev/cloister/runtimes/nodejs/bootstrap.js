/*
 * Cloister's Node.js runtime: the loop between the Lambda Runtime API and a function's handler.
 *
 * It behaves as AWS's Node.js runtimes do (handlers with callbacks or promises, error shapes, log
 * lines, response streams, which it sends whole). Plain CommonJS without dependencies.
 */
'use strict';

const fs = require('fs');
const net = require('net');
const path = require('path');
const { pathToFileURL } = require('url');
const util = require('util');
const { Writable } = require('stream');

const API = '/2018-06-01/runtime';
const ASSIGNMENT = '/cloister/2026-01-01/assignment';
const TASK_ROOT = '/var/task';
const MAX_HEAD_BYTES = 1 << 20;
const HTTP_PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';

// --- Runtime API --------------------------------------------------------------------------------

/** One persistent HTTP/1.1 connection to the Runtime API; one request at a time. */
class RuntimeApi {
    constructor(address) {
        const colon = address.lastIndexOf(':');
        this.target = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)), noDelay: true };
        this.common = `Host: ${address}\r\nUser-Agent: cloister-nodejs/${process.version.slice(1)}\r\n`;
        this.socket = null;
        this.pending = null;
        this.nextRequest = this.head('GET', `${API}/invocation/next`, '');
    }

    head(method, where, lines) {
        return Buffer.from(`${method} ${where} HTTP/1.1\r\n${this.common}${lines}\r\n`, 'latin1');
    }

    async next() {
        const answer = await this.exchange(this.nextRequest);
        if (answer.status !== 200) {
            throw new Error(`the Runtime API answered ${answer.status} to next`);
        }
        return answer;
    }

    async assignment() {
        const answer = await this.exchange(this.head('GET', ASSIGNMENT, ''));
        if (answer.status !== 200) {
            throw new Error(`the Runtime API answered ${answer.status} to assignment`);
        }
        return JSON.parse(answer.body);
    }

    respond(requestId, body, contentType) {
        return this.post(`${API}/invocation/${requestId}/response`, body, `Content-Type: ${contentType}\r\n`);
    }

    invocationError(requestId, error) {
        return this.postError(`${API}/invocation/${requestId}/error`, error);
    }

    initError(error) {
        return this.postError(`${API}/init/error`, error);
    }

    postError(where, error) {
        const type = String(error.errorType).replace(/[^\x21-\x7e]/g, '?');
        const lines = `Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: ${type}\r\n`;
        return this.post(where, Buffer.from(JSON.stringify(error)), lines);
    }

    post(where, body, lines) {
        const head = this.head('POST', where, `${lines}Content-Length: ${body.length}\r\n`);
        return this.exchange(body.length > 65536 ? [head, body] : Buffer.concat([head, body]));
    }

    /** Sends a request; a kept connection that turns out to be closed is opened anew, once. */
    exchange(request) {
        return new Promise((resolve, reject) => {
            this.pending = { request, resolve, reject, chunks: [], size: 0, retry: this.socket !== null };
            this.send();
        });
    }

    send() {
        if (this.socket === null) {
            this.connect();
        }
        // The process lives while it waits for the Runtime API, and only then because of it.
        this.socket.ref();
        const { request } = this.pending;
        for (const part of Array.isArray(request) ? request : [request]) {
            this.socket.write(part);
        }
    }

    connect() {
        const socket = net.connect(this.target);
        this.socket = socket;
        socket.on('data', (data) => this.received(data));
        socket.on('error', (error) => this.closed(socket, error));
        socket.on('close', () => this.closed(socket, new Error('the Runtime API closed the connection')));
    }

    closed(socket, error) {
        if (this.socket !== socket) {
            return;
        }
        this.socket = null;
        const pending = this.pending;
        if (pending === null) {
            return;
        }
        if (pending.retry && pending.size === 0) {
            pending.retry = false;
            this.send();
            return;
        }
        this.pending = null;
        pending.reject(error);
    }

    received(data) {
        const pending = this.pending;
        if (pending === null) {
            return;
        }
        pending.chunks.push(data);
        pending.size += data.length;
        if (pending.answer === undefined) {
            const all = pending.chunks.length === 1 ? data : Buffer.concat(pending.chunks);
            pending.chunks = [all];
            const end = all.indexOf('\r\n\r\n');
            if (end < 0) {
                if (pending.size > MAX_HEAD_BYTES) {
                    this.socket.destroy();
                }
                return;
            }
            pending.answer = parseHead(all.toString('utf8', 0, end));
            pending.bodyStart = end + 4;
            pending.length = Number(pending.answer.headers.get('content-length') ?? 0);
        }
        if (pending.size < pending.bodyStart + pending.length) {
            return;
        }
        this.pending = null;
        const all = pending.chunks.length === 1 ? pending.chunks[0] : Buffer.concat(pending.chunks);
        pending.answer.body = all.toString('utf8', pending.bodyStart, pending.bodyStart + pending.length);
        if ((pending.answer.headers.get('connection') ?? '').toLowerCase() === 'close') {
            const socket = this.socket;
            this.socket = null;
            socket.destroy();
        } else {
            this.socket.unref();
        }
        pending.resolve(pending.answer);
    }
}

function parseHead(text) {
    const lines = text.split('\r\n');
    const headers = new Map();
    for (let i = 1; i < lines.length; i++) {
        const colon = lines[i].indexOf(':');
        headers.set(lines[i].slice(0, colon).toLowerCase(), lines[i].slice(colon + 1).trim());
    }
    return { status: Number(lines[0].slice(9, 12)), headers };
}

// --- Logging ------------------------------------------------------------------------------------

let requestId;

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** The environment's log keeps a line as one event, and turns each \r back into \n. */
function writeEvent(text) {
    const bytes = Buffer.from(text.replace(/\n/g, '\r') + '\n');
    for (let sent = 0; sent < bytes.length; ) {
        try {
            sent += fs.writeSync(1, bytes, sent);
        } catch (error) {
            if (error.code !== 'EAGAIN') {
                return; // The function closed its standard output, which is its right.
            }
        }
    }
}

function formatText(level, args) {
    return `${new Date().toISOString()}\t${requestId}\t${level}\t${util.format(...args)}`;
}

function formatJson(level, args) {
    const line = { timestamp: new Date().toISOString(), level, requestId };
    const [first] = args;
    if (args.length === 1 && first instanceof Error) {
        Object.assign(line, errorFields(first));
    } else {
        line.message = args.length === 1 && typeof first === 'object' ? first : util.format(...args);
        const error = args.find((each) => each instanceof Error);
        if (error !== undefined) {
            Object.assign(line, errorFields(error));
        }
    }
    try {
        return JSON.stringify(line);
    } catch {
        // Circular, or with a BigInt: as text, then.
        return JSON.stringify({ ...line, message: util.format(...args) });
    }
}

function errorFields(error) {
    return {
        errorType: error.name,
        errorMessage: error.message,
        stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
    };
}

let log = (level, args) => writeEvent(formatText(level, args));

function setUpConsole() {
    const json = (process.env.AWS_LAMBDA_LOG_FORMAT ?? '').toUpperCase() === 'JSON';
    const least = json ? LEVELS.indexOf((process.env.AWS_LAMBDA_LOG_LEVEL ?? 'TRACE').toUpperCase()) : 0;
    const format = json ? formatJson : formatText;
    log = (level, args) => writeEvent(format(level, args));
    const at = (level) =>
        LEVELS.indexOf(level) < least ? () => {} : (...args) => writeEvent(format(level, args));
    console.trace = at('TRACE');
    console.debug = at('DEBUG');
    console.log = console.info = at('INFO');
    console.warn = at('WARN');
    console.error = at('ERROR');
    console.fatal = at('FATAL');
}

/** An uncaught error as the log shows it: all of its own properties, with the stack as a list. */
function logFailure(what, error) {
    const isError = error instanceof Error || util.types.isNativeError(error);
    const shown = isError
        ? {
              errorType: error.name || 'UnknownError',
              errorMessage: error.message,
              ...error,
              stack: typeof error.stack === 'string' ? error.stack.split('\n') : [],
          }
        : { errorType: typeof error, errorMessage: String(error), trace: [] };
    let text;
    try {
        text = JSON.stringify(shown);
    } catch {
        text = JSON.stringify(errorResponse(error));
    }
    if ((process.env.AWS_LAMBDA_LOG_FORMAT ?? '').toUpperCase() === 'JSON') {
        const line = { timestamp: new Date().toISOString(), level: 'ERROR', requestId, message: JSON.parse(text) };
        writeEvent(JSON.stringify(line));
    } else {
        writeEvent(`${new Date().toISOString()}\t${requestId}\tERROR\t${what} \t${text}`);
    }
}

// --- Errors -------------------------------------------------------------------------------------

/** A failure that the runtime itself found, with the type that AWS gives it. */
class Fault extends Error {
    constructor(type, message, stack) {
        super(message);
        this.name = type;
        if (stack !== undefined) {
            this.stack = stack;
        }
    }
}

function errorResponse(error) {
    try {
        if (error instanceof Error || util.types.isNativeError(error)) {
            return {
                errorType: error.name?.replace(/\x7F/g, '%7F') ?? 'UnknownError',
                errorMessage: error.message?.replace(/\x7F/g, '%7F') ?? '',
                trace: typeof error.stack === 'string' ? error.stack.replace(/\x7F/g, '%7F').split('\n') : [],
            };
        }
        return { errorType: typeof error, errorMessage: String(error), trace: [] };
    } catch {
        return {
            errorType: 'handled',
            errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
            trace: [],
        };
    }
}

// --- Response streams ---------------------------------------------------------------------------

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

/** Collects what a streaming handler writes; its content type travels with the response. */
class ResponseStream extends Writable {
    constructor() {
        super({ highWaterMark: 1 << 20 });
        this.chunks = [];
        this.contentType = 'application/octet-stream';
    }

    _write(chunk, encoding, done) {
        this.chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
        done();
    }

    write(chunk, ...rest) {
        const plain = typeof chunk === 'string' || ArrayBuffer.isView(chunk);
        return super.write(plain ? chunk : JSON.stringify(chunk), ...rest);
    }

    setContentType(contentType) {
        this.contentType = contentType;
    }

    /** Sends at most this many bytes before the body, set once. */
    body() {
        return Buffer.concat(this.chunks);
    }
}

/** "Response streaming", AWS Lambda Developer Guide: the prelude ends with eight NUL bytes. */
const HttpResponseStream = {
    from(stream, metadata) {
        stream.setContentType(HTTP_PRELUDE_TYPE);
        stream.write(JSON.stringify(metadata));
        stream.write(Buffer.alloc(8));
        return stream;
    },
};

function setUpGlobals() {
    globalThis.awslambda = {
        streamifyResponse(handler, options) {
            handler[STREAMING] = true;
            if (options?.highWaterMark !== undefined) {
                handler[Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark')] = options.highWaterMark;
            }
            return handler;
        },
        HttpResponseStream,
    };
}

// --- The handler --------------------------------------------------------------------------------

function splitHandler(text) {
    if (text.includes('..')) {
        throw new Fault(
            'Runtime.MalformedHandlerName',
            `'${text}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
        );
    }
    const base = path.basename(text);
    const match = /^([^.]*)\.(.*)$/.exec(base);
    if (match === null || match[2] === '') {
        throw new Fault('Runtime.MalformedHandlerName', 'Bad handler');
    }
    return { folder: text.slice(0, text.length - base.length), module: match[1], names: match[2].split('.') };
}

async function loadModule(root, folder, name) {
    const file = path.resolve(root, folder, name);
    try {
        for (const [ending, esm] of [['', false], ['.js', undefined], ['.mjs', true], ['.cjs', false]]) {
            if (isFile(file + ending)) {
                return await load(file + ending, esm ?? isModule(file));
            }
        }
        // Not in the function: in a layer, or in what the runtime brings.
        const found = require.resolve(name, { paths: [path.resolve(root, folder), __dirname] });
        return require(found);
    } catch (error) {
        if (error instanceof SyntaxError) {
            throw new Fault('Runtime.UserCodeSyntaxError', String(error), error.stack);
        }
        if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
            throw new Fault('Runtime.ImportModuleError', String(error), error.stack);
        }
        throw error;
    }
}

function isFile(file) {
    return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

async function load(file, esm) {
    if (esm) {
        return import(pathToFileURL(file));
    }
    try {
        return require(file);
    } catch (error) {
        if (error?.code === 'ERR_REQUIRE_ESM' || error?.code === 'ERR_REQUIRE_ASYNC_MODULE') {
            return import(pathToFileURL(file));
        }
        throw error;
    }
}

/** Whether the nearest package.json makes a .js file a module. */
function isModule(file) {
    for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
        const description = path.join(folder, 'package.json');
        if (isFile(description)) {
            try {
                return JSON.parse(fs.readFileSync(description, 'utf8')).type === 'module';
            } catch {
                return false; // Node.js itself says what is wrong with it when it loads the file.
            }
        }
        if (folder === path.dirname(folder)) {
            return false;
        }
    }
}

async function loadHandler(root, text) {
    const { folder, module, names } = splitHandler(text);
    let found = await loadModule(root, folder, module);
    if (found !== null && typeof found === 'object' && !(names[0] in found) && found.default !== undefined) {
        found = found.default;
    }
    for (const name of names) {
        found = found?.[name];
    }
    if (found === undefined || found === null) {
        throw new Fault('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
    }
    if (typeof found !== 'function') {
        throw new Fault('Runtime.HandlerNotFound', `${text} is not a function`);
    }
    return found;
}

// --- Invocations --------------------------------------------------------------------------------

/** What runs when the event loop of the current invocation is empty. */
let whenIdle = () => {};

function makeContext(headers) {
    const env = process.env;
    const deadline = Number(headers.get('lambda-runtime-deadline-ms'));
    const parse = (name) => {
        const text = headers.get(name);
        return text === undefined || text === '' ? undefined : JSON.parse(text);
    };
    return {
        callbackWaitsForEmptyEventLoop: true,
        functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
        functionName: env.AWS_LAMBDA_FUNCTION_NAME,
        memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
        logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
        logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
        clientContext: parse('lambda-runtime-client-context'),
        identity: parse('lambda-runtime-cognito-identity'),
        invokedFunctionArn: headers.get('lambda-runtime-invoked-function-arn'),
        tenantId: headers.get('lambda-runtime-aws-tenant-id'),
        awsRequestId: headers.get('lambda-runtime-aws-request-id'),
        getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
    };
}

function marshal(result) {
    try {
        return Buffer.from(JSON.stringify(result === undefined ? null : result) ?? 'null');
    } catch {
        throw new Fault('Runtime.MarshalError', 'Unable to stringify response body');
    }
}

/**
 * Runs the handler once. The promise is settled by the first of: the callback (once the event loop
 * is empty, unless callbackWaitsForEmptyEventLoop is false), the promise that the handler returned,
 * an error it threw, or the event loop's having become empty.
 */
function callHandler(handler, event, context) {
    return new Promise((resolve, reject) => {
        let called = false;
        const settle = (error, result) => (error ? reject(error) : resolve(result));
        const callback = (error, result) => {
            if (called) {
                return;
            }
            called = true;
            if (context.callbackWaitsForEmptyEventLoop === false) {
                setImmediate(settle, error, result);
            } else {
                whenIdle = () => settle(error, result);
            }
        };
        context.done = callback;
        context.succeed = (result) => callback(null, result);
        context.fail = (error) => callback(error ?? 'handled');
        whenIdle = () => resolve(null);
        const returned = handler(event, context, callback);
        if (typeof returned?.then === 'function') {
            returned.then(resolve, reject);
        }
    });
}

async function callStreaming(handler, event, context) {
    const stream = new ResponseStream();
    const finished = new Promise((resolve, reject) => {
        stream.once('finish', resolve);
        stream.once('error', reject);
    });
    const idle = new Promise((resolve) => {
        whenIdle = resolve;
    });
    finished.catch(() => {}); // Heard below; it may fail while the handler still runs.
    await Promise.race([handler(event, stream, context), finished.then(() => new Promise(() => {})), idle]);
    if (!stream.writableEnded) {
        // The handler is done but has not ended its stream: wait, as long as anything can happen.
        await Promise.race([finished, idle]);
    } else {
        await finished;
    }
    return { body: stream.body(), contentType: stream.contentType };
}

async function invoke(api, handler, answer) {
    const { headers, body } = answer;
    requestId = headers.get('lambda-runtime-aws-request-id');
    const trace = headers.get('lambda-runtime-trace-id');
    if (trace) {
        process.env._X_AMZN_TRACE_ID = trace;
    } else if (process.env._X_AMZN_TRACE_ID !== undefined) {
        delete process.env._X_AMZN_TRACE_ID;
    }
    let response;
    let contentType = 'application/json';
    try {
        const context = makeContext(headers);
        let event;
        try {
            event = JSON.parse(body);
        } catch (error) {
            throw new Fault('Runtime.UnmarshalError', `Unable to unmarshal input: ${error.message}`);
        }
        if (handler[STREAMING]) {
            ({ body: response, contentType } = await callStreaming(handler, event, context));
        } else {
            response = marshal(await callHandler(handler, event, context));
        }
    } catch (error) {
        whenIdle = () => {};
        logFailure('Invoke Error', error);
        await api.invocationError(requestId, errorResponse(error));
        return;
    }
    whenIdle = () => {};
    await api.respond(requestId, response, contentType);
}

/** Errors that nobody caught end the process, after the invocation has been told. */
function watchForUncaught(api) {
    const die = (what, error, status) => {
        logFailure(what, error);
        // The connection may be busy or broken: report on one of its own.
        const own = new RuntimeApi(process.env.AWS_LAMBDA_RUNTIME_API);
        const report =
            requestId === undefined
                ? own.initError(errorResponse(error))
                : own.invocationError(requestId, errorResponse(error));
        report.then(
            () => process.exit(status),
            () => process.exit(status),
        );
    };
    process.on('uncaughtException', (error) => die('Uncaught Exception', error, 129));
    process.on('unhandledRejection', (reason) => {
        const fault = new Fault('Runtime.UnhandledPromiseRejection', String(reason), reason?.stack);
        fault.reason = reason;
        die('Unhandled Promise Rejection', fault, 128);
    });
    process.on('beforeExit', () => whenIdle());
}

// --- Starting -----------------------------------------------------------------------------------

/** Loads what functions usually need, in a process whose function is not known yet. */
function loadAhead() {
    for (const name of [
        'assert', 'async_hooks', 'buffer', 'child_process', 'crypto', 'dns', 'events', 'fs/promises',
        'http', 'https', 'http2', 'module', 'os', 'perf_hooks', 'querystring', 'readline', 'stream/promises',
        'string_decoder', 'timers', 'timers/promises', 'tls', 'tty', 'url', 'util/types', 'v8', 'vm',
        'worker_threads', 'zlib',
    ]) {
        require(name);
    }
    // Node.js loads these at their first use.
    void globalThis.fetch;
    void globalThis.crypto;
    void globalThis.AbortController;
    void new URL('http://localhost/');
    JSON.parse(JSON.stringify({ loaded: true }));
}

function applyAssignment(environment) {
    delete process.env.CLOISTER_PREPARED;
    Object.assign(process.env, environment);
    delete process.env.CLOISTER_PREPARED;
    // Node.js has read NODE_PATH at its start; this makes it read it again.
    require('module')._initPaths();
}

async function main() {
    const api = new RuntimeApi(process.env.AWS_LAMBDA_RUNTIME_API);
    if (process.env.CLOISTER_PREPARED === '1') {
        loadAhead();
        applyAssignment((await api.assignment()).environment);
    }
    const root = process.env.LAMBDA_TASK_ROOT ?? TASK_ROOT;
    process.chdir(root);
    setUpConsole();
    setUpGlobals();
    watchForUncaught(api);
    let handler;
    try {
        handler = await loadHandler(root, process.env._HANDLER ?? '');
    } catch (error) {
        logFailure('Uncaught Exception', error);
        await api.initError(errorResponse(error));
        process.exit(1);
    }
    for (;;) {
        await invoke(api, handler, await api.next());
    }
}

main().catch((error) => {
    writeEvent(`Cloister's Node.js runtime failed: ${error.stack}`);
    process.exit(1);
});

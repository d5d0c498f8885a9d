// The handler behind a bare HTTP server in the same interpreter: the baseline of a warm invoke.
const http = require('node:http');

const handler = async (event) => event;

http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    const answer = JSON.stringify(await handler(JSON.parse(Buffer.concat(parts).toString())));
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(answer),
    });
    response.end(answer);
  });
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));

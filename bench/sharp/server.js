// The least server around sharp that does the jobs of bench/whole_program.py: POST a JPEG, get a JPEG of
// quality 80. Two pictures at a time, one thread each, which is its fastest way on two cores.
//
// usage: UV_THREADPOOL_SIZE=2 node server.js
'use strict';

const http = require('node:http');
const sharp = require('sharp');

const JOBS = {
  '/gauss': (picture) => picture.blur(1),
  '/gray': (picture) => picture.grayscale().toColourspace('b-w'),
  '/resize': (picture) => picture.resize(1280, 720, { fit: 'fill', kernel: 'linear' }),
};

async function answer(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const made = await JOBS[request.url](sharp(Buffer.concat(parts)))
    .jpeg({ quality: 80, optimiseCoding: false })
    .toBuffer();
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': made.length });
  response.end(made);
}

sharp.concurrency(1);
sharp.cache(false);
const server = http.createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));

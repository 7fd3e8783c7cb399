// Uploads files, some at once, each with its thumbnail in the answer: `node upload_all.mjs url token lanes file…`. In a
// process of its own, so that who measures answers does not send megabytes beside.

import { readFile } from 'node:fs/promises'

const [url, token, lanes, ...files] = process.argv.slice(2)
const waiting = await Promise.all(files.map((file) => readFile(file)))

async function upload() {
  for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'image/jpeg' }
    const answer = await fetch(`${url}/api/upload-reference`, { method: 'POST', headers, body })
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
    await answer.arrayBuffer()
  }
}
console.log('ready')
await Promise.all(Array.from({ length: Number(lanes) }, upload))

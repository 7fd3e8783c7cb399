/** Longest event that is read; the server's are a thousandth of it. */
const EVENT_CHARS_MAX = 1_000_000

/** The data of each Server-Sent Event of an answer; comments, names and ids are of no use here. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n/)
      rest = lines.pop() ?? ''
      if (rest.length > EVENT_CHARS_MAX) throw new Error('an event of the stream is too long')
      for (const line of lines) {
        if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
        if (line !== '' || data.length === 0) continue
        yield data.join('\n')
        data = []
      }
    }
  } finally {
    // Whoever stops reading ends the connection with it.
    reader.cancel().catch(() => undefined)
  }
}

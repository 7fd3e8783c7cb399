import { expect, test } from 'vitest'
import { readEvents } from './eventStream.ts'

async function read(...chunks: string[]): Promise<string[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })
  const events: string[] = []
  for await (const data of readEvents(body)) events.push(data)
  return events
}

test('events are read wherever the network cuts them', async () => {
  expect(await read('event: a\nid: 1\nda', 'ta: {"x":', '1}\n', '\ndata:2\n\n')).toEqual(['{"x":1}', '2'])
})

test('comments and events without data are nothing; lines of one event are one', async () => {
  expect(await read(': alive\n\n', 'event: only\n\n', 'data: a\r\ndata: b\r\n\r\n')).toEqual(['a\nb'])
})

test('an event that was not ended is not told of', async () => {
  expect(await read('data: whole\n\ndata: half')).toEqual(['whole'])
})

test('a line without an end is not kept for ever', async () => {
  await expect(read('data: '.padEnd(2_000_000, 'x'))).rejects.toThrow('too long')
})

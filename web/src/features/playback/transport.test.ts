import { expect, test } from 'vitest'
import { DRIFT_SECONDS_MAX, Transport, type Playable } from './transport.ts'

class FakeVideo extends EventTarget implements Playable {
  currentTime = 0
  duration: number
  paused = true
  seeking = false
  playbackRate = 1
  muted = false
  isRefused = false
  constructor(duration: number) {
    super()
    this.duration = duration
  }
  get ended(): boolean {
    return this.currentTime >= this.duration
  }
  play(): Promise<void> {
    if (this.isRefused) return Promise.reject(new Error('not allowed'))
    this.paused = false
    return Promise.resolve()
  }
  pause(): void {
    this.paused = true
  }
  tell(event: string): void {
    this.dispatchEvent(new Event(event))
  }
}

function setUp(...durations: number[]) {
  let frame: (() => void) | undefined
  const transport = new Transport(
    {
      requestFrame: (run) => {
        frame = run
        return 1
      },
      cancelFrame: () => {
        frame = undefined
      },
    },
    Math.max(...durations),
  )
  const videos = durations.map((duration) => new FakeVideo(duration))
  const detach = videos.map((video) => transport.attach(video))
  for (const video of videos) video.tell('loadedmetadata')
  const nextFrame = () => frame?.()
  return { transport, videos, detach, nextFrame, isRunning: () => frame !== undefined }
}

function only(videos: FakeVideo[]): FakeVideo {
  return videos[0] ?? expect.unreachable('no video')
}

test('it plays, tells the time at each picture of the screen, and pauses', async () => {
  const { transport, videos, nextFrame, isRunning } = setUp(4)
  const video = only(videos)
  await transport.play()
  expect(video.paused).toBe(false)
  video.currentTime = 1.5
  nextFrame()
  expect(transport.state).toMatchObject({ time: 1.5, isPlaying: true, duration: 4 })
  transport.pause()
  expect(video.paused).toBe(true)
  expect(isRunning()).toBe(false)
})

test('the longest leads; one that runs away is brought back; one that is over holds its last frame', async () => {
  const { transport, videos, nextFrame } = setUp(2, 5)
  const [short, long] = videos
  if (short === undefined || long === undefined) return expect.unreachable('two videos')
  await transport.play()
  long.currentTime = 1
  short.currentTime = 1 + DRIFT_SECONDS_MAX / 2
  nextFrame()
  expect(short.currentTime).toBe(1 + DRIFT_SECONDS_MAX / 2)
  short.currentTime = 1.4
  nextFrame()
  expect(short.currentTime).toBe(1)
  long.currentTime = 3
  short.currentTime = 2
  short.paused = true
  nextFrame()
  expect(short).toMatchObject({ currentTime: 2, paused: true })
  transport.seek(4)
  expect([short.currentTime, long.currentTime]).toEqual([2, 4])
})

test('a step pauses all and moves all by the same frame', async () => {
  const { transport, videos } = setUp(4, 4)
  await transport.play()
  transport.obey({ kind: 'step', frames: 1 })
  expect(videos.map((video) => video.paused)).toEqual([true, true])
  expect(videos.map((video) => video.currentTime)).toEqual([1.5 / 24, 1.5 / 24])
  expect(transport.state.isPlaying).toBe(false)
})

test('at the end it stops, and playing begins anew', async () => {
  const { transport, videos } = setUp(4)
  const video = only(videos)
  await transport.play()
  video.currentTime = 4
  video.tell('ended')
  expect(transport.state).toMatchObject({ isPlaying: false, time: 4 })
  await transport.play()
  expect(video.currentTime).toBe(0)
})

test('a repeated clip begins again by itself', async () => {
  const { transport, videos } = setUp(4)
  const video = only(videos)
  transport.obey({ kind: 'loop' })
  await transport.play()
  video.currentTime = 4
  video.tell('ended')
  expect(transport.state.isPlaying).toBe(true)
  expect(video.currentTime).toBe(0)
})

test('a browser that refuses to play leaves the button at play', async () => {
  const { transport, videos } = setUp(4)
  only(videos).isRefused = true
  await transport.play()
  expect(transport.state.isPlaying).toBe(false)
})

test('playing and pausing from elsewhere is followed', () => {
  const { transport, videos } = setUp(4, 4)
  const [first, second] = videos
  first?.tell('play')
  expect(transport.state.isPlaying).toBe(true)
  expect(second?.paused).toBe(false)
  first?.tell('pause')
  expect(transport.state.isPlaying).toBe(false)
  expect(second?.paused).toBe(true)
})

test('of two clips only the first is heard, and neither when the sound is off', () => {
  const { transport, videos } = setUp(4, 4)
  expect(videos.map((video) => video.muted)).toEqual([false, true])
  transport.obey({ kind: 'mute' })
  expect(videos.map((video) => video.muted)).toEqual([true, true])
})

test('speed holds for all, also for one that comes later', () => {
  const { transport, videos } = setUp(4)
  transport.obey({ kind: 'faster' })
  const late = new FakeVideo(6)
  transport.attach(late)
  late.tell('loadedmetadata')
  expect([only(videos).playbackRate, late.playbackRate]).toEqual([1.5, 1.5])
  expect(transport.state.duration).toBe(6)
})

test('what is taken away is moved no more, and with the last one the work ends', async () => {
  const { transport, videos, detach, isRunning } = setUp(4)
  await transport.play()
  for (const one of detach) one()
  expect(isRunning()).toBe(false)
  transport.seek(2)
  expect(only(videos).currentTime).toBe(0)
})

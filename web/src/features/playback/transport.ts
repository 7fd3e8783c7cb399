import { nextRate, type PlayerCommand } from './playerKeys.ts'
import { timeOfStep } from './timecode.ts'

/** What a transport asks of a video element. */
export interface Playable extends EventTarget {
  currentTime: number
  readonly duration: number
  readonly paused: boolean
  readonly ended: boolean
  readonly seeking: boolean
  playbackRate: number
  muted: boolean
  play: () => Promise<void>
  pause: () => void
}

export interface TransportState {
  /** Seconds. */
  time: number
  /** Of the longest clip. */
  duration: number
  isPlaying: boolean
  rate: number
  isLooping: boolean
  isMuted: boolean
}

export interface TransportDeps {
  requestFrame: (run: () => void) => number
  cancelFrame: (frame: number) => void
}

/** A clip that runs further from the first one than this, in seconds, is brought back: two frames and a half. */
export const DRIFT_SECONDS_MAX = 2.5 / 24

const EVENTS = ['loadedmetadata', 'play', 'pause', 'ended', 'seeked', 'timeupdate'] as const

/**
 * Plays one clip, or several side by side in step: the longest leads, the others follow it and hold their last
 * frame when they are over.
 */
export class Transport {
  #deps: TransportDeps
  #videos = new Set<Playable>()
  #listeners = new Set<() => void>()
  #frame: number | undefined
  #state: TransportState

  /** `duration` is what is known before a clip is loaded, so that nothing jumps then. */
  constructor(deps: TransportDeps, duration: number) {
    this.#deps = deps
    this.#state = { time: 0, duration, isPlaying: false, rate: 1, isLooping: false, isMuted: false }
  }

  get state(): TransportState {
    return this.#state
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes a clip in; the result lets it go again. */
  readonly attach = (video: Playable): (() => void) => {
    this.#videos.add(video)
    video.playbackRate = this.#state.rate
    video.muted = this.#isSilent(video)
    const onEvent = (event: Event) => this.#hear(video, event.type)
    for (const name of EVENTS) video.addEventListener(name, onEvent)
    return () => {
      for (const name of EVENTS) video.removeEventListener(name, onEvent)
      this.#videos.delete(video)
      if (this.#videos.size === 0) this.#stop()
    }
  }

  readonly play = async (): Promise<void> => {
    if (this.#isOver()) this.seek(0)
    this.#set({ isPlaying: true })
    this.#run()
    try {
      await Promise.all(
        [...this.#videos].filter((video) => this.#hasMore(video)).map((video) => video.play()),
      )
    } catch {
      // A browser may refuse, or the clip was taken away meanwhile; the button then says so by being "play" again.
      if (this.#leader()?.paused !== false) this.pause()
    }
  }

  readonly pause = (): void => {
    this.#stop()
    for (const video of this.#videos) video.pause()
    this.#align()
  }

  readonly toggle = (): void => {
    if (this.#state.isPlaying) this.pause()
    else void this.play()
  }

  readonly seek = (seconds: number): void => {
    const time = Math.min(this.#state.duration, Math.max(0, seconds))
    for (const video of this.#videos) video.currentTime = Math.min(time, lengthOf(video, time))
    this.#set({ time })
  }

  readonly setRate = (rate: number): void => {
    for (const video of this.#videos) video.playbackRate = rate
    this.#set({ rate })
  }

  readonly obey = (command: PlayerCommand): void => {
    const { time, duration, rate, isLooping, isMuted } = this.#state
    switch (command.kind) {
      case 'toggle':
        this.toggle()
        break
      case 'jump':
        this.seek(time + command.seconds)
        break
      case 'step':
        this.pause()
        this.seek(timeOfStep(this.#state.time, command.frames, duration))
        break
      case 'start':
        this.seek(0)
        break
      case 'end':
        this.pause()
        this.seek(timeOfStep(duration, 0, duration))
        break
      case 'faster':
        this.setRate(nextRate(rate, 1))
        break
      case 'slower':
        this.setRate(nextRate(rate, -1))
        break
      case 'loop':
        this.#set({ isLooping: !isLooping })
        break
      case 'mute':
        this.#set({ isMuted: !isMuted })
        for (const video of this.#videos) video.muted = this.#isSilent(video)
        break
      case 'fullScreen':
      case 'help':
        break
    }
  }

  /** Looks where the clips are, and keeps them together. */
  readonly tick = (): void => {
    const leader = this.#leader()
    if (leader === undefined || !this.#state.isPlaying) return
    const time = leader.currentTime
    for (const video of this.#videos) if (video !== leader) this.#follow(video, time)
    this.#set({ time })
  }

  #follow(video: Playable, time: number): void {
    if (video.seeking || time >= lengthOf(video, time)) return
    if (Math.abs(video.currentTime - time) > DRIFT_SECONDS_MAX) video.currentTime = time
    if (video.paused) video.play().catch(() => undefined)
  }

  #hear(video: Playable, event: string): void {
    if (event === 'loadedmetadata') this.#measure(video)
    if (video !== this.#leader()) return
    if (event === 'ended') this.#end()
    // The browser or a key of the keyboard's own may play and pause too.
    if (event === 'play' && !this.#state.isPlaying) void this.play()
    if (event === 'pause' && this.#state.isPlaying && !video.ended) this.pause()
    if ((event === 'seeked' || event === 'timeupdate') && !this.#state.isPlaying && !video.seeking) {
      this.#set({ time: video.currentTime })
    }
  }

  #end(): void {
    if (this.#state.isLooping && this.#state.isPlaying) {
      void this.play()
    } else {
      this.#stop()
      this.#set({ time: this.#state.duration })
    }
  }

  /** A clip that was loaded late joins the others where they are. */
  #measure(video: Playable): void {
    const lengths = [...this.#videos].map((one) => lengthOf(one, 0))
    this.#set({ duration: Math.max(...lengths) })
    video.playbackRate = this.#state.rate
    if (this.#state.time > 0)
      video.currentTime = Math.min(this.#state.time, lengthOf(video, this.#state.time))
    if (this.#state.isPlaying && this.#hasMore(video)) video.play().catch(() => undefined)
  }

  #align(): void {
    const leader = this.#leader()
    if (leader === undefined) return
    const time = leader.currentTime
    for (const video of this.#videos)
      if (video !== leader) video.currentTime = Math.min(time, lengthOf(video, time))
    this.#set({ time })
  }

  #leader(): Playable | undefined {
    return [...this.#videos].reduce<Playable | undefined>(
      (best, video) => (best === undefined || lengthOf(video, 0) > lengthOf(best, 0) ? video : best),
      undefined,
    )
  }

  #isOver(): boolean {
    const leader = this.#leader()
    return leader !== undefined && (leader.ended || !this.#hasMore(leader, this.#state.time))
  }

  #hasMore(video: Playable, time = this.#state.time): boolean {
    return time < lengthOf(video, Number.POSITIVE_INFINITY) - 0.001
  }

  /** Two sounds at once are noise: beside others, only the first is heard. */
  #isSilent(video: Playable): boolean {
    return this.#state.isMuted || [...this.#videos][0] !== video
  }

  #run(): void {
    if (this.#frame !== undefined) return
    const again = () => {
      this.tick()
      this.#frame = this.#deps.requestFrame(again)
    }
    this.#frame = this.#deps.requestFrame(again)
  }

  #stop(): void {
    if (this.#frame !== undefined) this.#deps.cancelFrame(this.#frame)
    this.#frame = undefined
    this.#set({ isPlaying: false })
  }

  #set(change: Partial<TransportState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}

/** A clip's length, or `otherwise` until that is known. */
function lengthOf(video: Playable, otherwise: number): number {
  return Number.isFinite(video.duration) && video.duration > 0 ? video.duration : otherwise
}

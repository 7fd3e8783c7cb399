// Readable and writable streams of the WHATWG Streams Standard, with default readers and writers.
(function () {
  'use strict';

  const defer = () => {
    const deferred = {};
    deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
    // Whoever wants to know of a failure asks; nobody else is told.
    deferred.promise.catch(() => {});
    return deferred;
  };

  class CountQueuingStrategy {
    constructor(init) { this.highWaterMark = init.highWaterMark; }
    size() { return 1; }
  }

  class ByteLengthQueuingStrategy {
    constructor(init) { this.highWaterMark = init.highWaterMark; }
    size(chunk) { return chunk.byteLength; }
  }

  function markOf(strategy, otherwise) {
    const mark = strategy.highWaterMark === undefined ? otherwise : Number(strategy.highWaterMark);
    if (Number.isNaN(mark) || mark < 0) throw new RangeError('the high water mark must be a number of zero or more');
    return mark;
  }

  function sizeOf(strategy, chunk) {
    const size = strategy.size === undefined ? 1 : Number(strategy.size(chunk));
    if (!Number.isFinite(size) || size < 0) throw new RangeError('a chunk must have a finite size of zero or more');
    return size;
  }

  // Chunks with their sizes.
  class Queue {
    chunks = [];
    total = 0;
    push(chunk, size) { this.chunks.push({ chunk, size }); this.total += size; }
    shift() { const { chunk, size } = this.chunks.shift(); this.total -= size; return chunk; }
    clear() { this.chunks = []; this.total = 0; }
  }

  const inner = Symbol('inner');

  class ReadableStreamDefaultController {
    constructor(state) { this[inner] = state; }
    get desiredSize() {
      const state = this[inner];
      if (state.status === 'errored') return null;
      return state.status === 'closed' ? 0 : state.mark - state.queue.total;
    }
    enqueue(chunk) {
      const state = this[inner];
      if (state.closing || state.status !== 'readable') throw new TypeError('the stream is closed');
      if (state.requests.length > 0) {
        state.requests.shift().resolve({ done: false, value: chunk });
      } else {
        let size;
        try {
          size = sizeOf(state.strategy, chunk);
        } catch (error) {
          failReadable(state, error);
          throw error;
        }
        state.queue.push(chunk, size);
      }
      pull(state);
    }
    close() {
      const state = this[inner];
      if (state.closing || state.status !== 'readable') throw new TypeError('the stream is closed already');
      state.closing = true;
      if (state.queue.chunks.length === 0) closeReadable(state);
    }
    error(reason) { failReadable(this[inner], reason); }
  }

  function closeReadable(state) {
    if (state.status !== 'readable') return;
    state.status = 'closed';
    for (const request of state.requests.splice(0)) request.resolve({ done: true, value: undefined });
    state.reader?.[inner].closed.resolve();
  }

  function failReadable(state, reason) {
    if (state.status !== 'readable') return;
    state.status = 'errored';
    state.reason = reason;
    state.queue.clear();
    for (const request of state.requests.splice(0)) request.reject(reason);
    state.reader?.[inner].closed.reject(reason);
  }

  function pull(state) {
    const wanted = state.status === 'readable' && !state.closing && state.started
      && (state.requests.length > 0 || state.mark - state.queue.total > 0);
    if (!wanted) return;
    if (state.pulling) {
      state.pullAgain = true;
      return;
    }
    state.pulling = true;
    Promise.resolve()
      .then(() => state.source.pull?.(state.controller))
      .then(
        () => {
          state.pulling = false;
          if (state.pullAgain) {
            state.pullAgain = false;
            pull(state);
          }
        },
        (error) => failReadable(state, error),
      );
  }

  class ReadableStreamDefaultReader {
    constructor(stream) {
      const state = stream?.[inner];
      if (!(stream instanceof ReadableStream)) throw new TypeError('a reader needs a ReadableStream');
      if (state.reader) throw new TypeError('the stream is locked to a reader');
      state.reader = this;
      this[inner] = { state, closed: defer() };
      if (state.status === 'closed') this[inner].closed.resolve();
      if (state.status === 'errored') this[inner].closed.reject(state.reason);
    }
    get closed() { return this[inner].closed.promise; }
    async read() {
      const { state } = this[inner];
      if (!state) throw new TypeError('the reader is released');
      if (state.status === 'errored') throw state.reason;
      if (state.queue.chunks.length > 0) {
        const value = state.queue.shift();
        if (state.closing && state.queue.chunks.length === 0) closeReadable(state);
        else pull(state);
        return { done: false, value };
      }
      if (state.status === 'closed') return { done: true, value: undefined };
      const request = defer();
      state.requests.push(request);
      pull(state);
      return request.promise;
    }
    async cancel(reason) {
      const { state } = this[inner];
      if (!state) throw new TypeError('the reader is released');
      return cancel(state, reason);
    }
    releaseLock() {
      const { state, closed } = this[inner];
      if (!state) return;
      const released = new TypeError('the reader is released');
      for (const request of state.requests.splice(0)) request.reject(released);
      closed.reject(released);
      state.reader = undefined;
      this[inner] = { closed };
    }
  }

  async function cancel(state, reason) {
    if (state.status === 'closed') return undefined;
    if (state.status === 'errored') throw state.reason;
    state.queue.clear();
    closeReadable(state);
    await state.source.cancel?.(reason);
    return undefined;
  }

  class ReadableStream {
    constructor(source = {}, strategy = {}) {
      if (source === null || typeof source !== 'object') throw new TypeError('the source of a ReadableStream must be an object');
      if (source.type !== undefined) throw new RangeError('byte streams are not supported: leave out `type`');
      const state = {
        source, strategy, mark: markOf(strategy, 1), queue: new Queue(), requests: [],
        status: 'readable', closing: false, started: false, pulling: false, pullAgain: false,
      };
      state.controller = new ReadableStreamDefaultController(state);
      this[inner] = state;
      const started = source.start?.(state.controller);
      Promise.resolve(started).then(
        () => { state.started = true; pull(state); },
        (error) => failReadable(state, error),
      );
    }
    get locked() { return this[inner].reader !== undefined; }
    getReader(options = {}) {
      if (options?.mode !== undefined) throw new RangeError('readers with a mode are not supported');
      return new ReadableStreamDefaultReader(this);
    }
    async cancel(reason) {
      if (this.locked) throw new TypeError('the stream is locked to a reader');
      return cancel(this[inner], reason);
    }
    async *values() {
      const reader = this.getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          yield value;
        }
      } finally {
        if (this[inner].status === 'readable') await reader.cancel();
        reader.releaseLock();
      }
    }
    [Symbol.asyncIterator]() { return this.values(); }
    async pipeTo(target) {
      const writer = target.getWriter();
      try {
        for await (const chunk of this) await writer.write(chunk);
        await writer.close();
      } catch (error) {
        await writer.abort(error);
        throw error;
      }
    }
  }

  class WritableStreamDefaultController {
    constructor(state) { this[inner] = state; }
    error(reason) { failWritable(this[inner], reason); }
  }

  function failWritable(state, reason) {
    if (state.status !== 'writable' && state.status !== 'closing') return;
    state.status = 'errored';
    state.reason = reason;
    for (const { done } of state.queue.chunks.map((entry) => entry.chunk)) done.reject(reason);
    state.queue.clear();
    state.ready.reject(reason);
    state.ready = defer();
    state.ready.reject(reason);
    state.closed.reject(reason);
  }

  function updateReady(state) {
    if (state.status === 'writable' && state.mark - state.queue.total > 0) state.ready.resolve();
    else if (state.status === 'writable') state.ready = state.waiting ? state.ready : defer();
    state.waiting = state.mark - state.queue.total <= 0;
  }

  // One write after the other, in their order, then the close.
  async function drain(state) {
    if (state.draining) return;
    state.draining = true;
    try {
      await state.started;
      while (state.queue.chunks.length > 0 && state.status !== 'errored') {
        const { chunk, done, isClose } = state.queue.chunks[0].chunk;
        if (isClose) {
          await state.sink.close?.();
          state.queue.shift();
          state.status = 'closed';
          state.closed.resolve();
        } else {
          await state.sink.write?.(chunk, state.controller);
          if (state.queue.chunks.length > 0) state.queue.shift();
        }
        done.resolve();
        updateReady(state);
      }
    } catch (error) {
      failWritable(state, error);
    } finally {
      state.draining = false;
    }
  }

  class WritableStreamDefaultWriter {
    constructor(stream) {
      if (!(stream instanceof WritableStream)) throw new TypeError('a writer needs a WritableStream');
      if (stream[inner].writer) throw new TypeError('the stream is locked to a writer');
      this[inner] = stream[inner];
      stream[inner].writer = this;
    }
    _state() {
      if (!this[inner]) throw new TypeError('the writer is released');
      return this[inner];
    }
    get closed() { return this._state().closed.promise; }
    get ready() { return this._state().ready.promise; }
    get desiredSize() {
      const state = this._state();
      if (state.status === 'errored') return null;
      return state.status === 'closed' ? 0 : state.mark - state.queue.total;
    }
    async write(chunk) {
      const state = this._state();
      if (state.status === 'errored') throw state.reason;
      if (state.status !== 'writable') throw new TypeError('the stream is closed');
      let size;
      try {
        size = sizeOf(state.strategy, chunk);
      } catch (error) {
        failWritable(state, error);
        throw error;
      }
      const done = defer();
      state.queue.push({ chunk, done }, size);
      updateReady(state);
      drain(state);
      return done.promise;
    }
    async close() { return close(this._state()); }
    async abort(reason) { return abort(this._state(), reason); }
    releaseLock() {
      if (this[inner]) this[inner].writer = undefined;
      this[inner] = undefined;
    }
  }

  function close(state) {
    if (state.status !== 'writable') throw new TypeError('the stream is closed already');
    state.status = 'closing';
    const done = defer();
    state.queue.push({ done, isClose: true }, 0);
    drain(state);
    return done.promise;
  }

  async function abort(state, reason) {
    if (state.status === 'closed' || state.status === 'errored') return;
    failWritable(state, reason);
    await state.sink.abort?.(reason);
  }

  class WritableStream {
    constructor(sink = {}, strategy = {}) {
      if (sink === null || typeof sink !== 'object') throw new TypeError('the sink of a WritableStream must be an object');
      if (sink.type !== undefined) throw new RangeError('a sink has no `type`');
      const state = {
        sink, strategy, mark: markOf(strategy, 1), queue: new Queue(), status: 'writable',
        draining: false, waiting: false, ready: defer(), closed: defer(),
      };
      state.controller = new WritableStreamDefaultController(state);
      this[inner] = state;
      updateReady(state);
      state.started = Promise.resolve(sink.start?.(state.controller));
      state.started.catch((error) => failWritable(state, error));
    }
    get locked() { return this[inner].writer !== undefined; }
    getWriter() { return new WritableStreamDefaultWriter(this); }
    async close() {
      if (this.locked) throw new TypeError('the stream is locked to a writer');
      return close(this[inner]);
    }
    async abort(reason) {
      if (this.locked) throw new TypeError('the stream is locked to a writer');
      return abort(this[inner], reason);
    }
  }

  return {
    ReadableStream, ReadableStreamDefaultReader, ReadableStreamDefaultController,
    WritableStream, WritableStreamDefaultWriter, WritableStreamDefaultController,
    CountQueuingStrategy, ByteLengthQueuingStrategy,
  };
})()

// k6/ws: connect() returns when the socket has closed.
export default function (native) {
  class Socket {
    #id;
    #handlers = {};
    #timers = new Set();
    constructor(id) {
      this.#id = id;
    }
    on(event, handler) {
      if (typeof handler !== "function") throw new TypeError(`the handler of '${event}' must be a function`);
      (this.#handlers[event] ||= []).push(handler);
    }
    send(message) {
      native.send(this.#id, typeof message === "string" ? message : String(message));
    }
    sendBinary(message) {
      if (typeof message === "string" || message === null || typeof message !== "object") {
        throw new TypeError("expected ArrayBuffer as argument, received: " + typeof message);
      }
      native.send(this.#id, message);
    }
    ping() {
      native.ping(this.#id);
    }
    close(code) {
      native.close(this.#id, code === undefined ? 1000 : Number(code));
    }
    setTimeout(handler, delay) {
      if (!(delay > 0)) throw new Error(`setTimeout requires a >0 timeout parameter, received ${delay}`);
      const id = setTimeout(() => {
        this.#timers.delete(id);
        handler();
      }, delay);
      this.#timers.add(id);
    }
    setInterval(handler, delay) {
      if (!(delay > 0)) throw new Error(`setInterval requires a >0 timeout parameter, received ${delay}`);
      this.#timers.add(setInterval(handler, delay));
    }
    static emit(socket, event, ...values) {
      for (const handler of socket.#handlers[event] || []) handler(...values);
    }
    static stop(socket) {
      socket.#timers.forEach((id) => clearTimeout(id));
      socket.#timers.clear();
    }
  }
  const connect = (url, params, callback) => {
    if (typeof params === "function") [params, callback] = [{}, params];
    if (typeof callback !== "function") throw new TypeError("ws.connect requires a function as its last argument");
    let result = { url: String(url), status: 0, headers: {}, body: "", error: "" };
    let socket;
    let closed = false;
    const close = (code) => {
      if (closed) return;
      closed = true;
      Socket.emit(socket, "close", code);
    };
    const id = native.connect(url, [], params, (kind, ...values) => {
      switch (kind) {
        case "open":
          result = { ...result, ...values[0] };
          delete result.protocol;
          callback(socket);
          Socket.emit(socket, "open", socket);
          break;
        case "refused":
          result = { ...result, ...values[1], error: values[0] };
          delete result.protocol;
          native.warn("Attempt to establish a WebSocket connection failed: " + values[0]);
          break;
        case "error":
          Socket.emit(socket, "error", Object.assign(new Error(values[0]), { error: () => values[0] }));
          break;
        case "close":
          Socket.stop(socket);
          close(values[0]);
          break;
        case "end":
          Socket.stop(socket);
          if (result.status === 101) close(1006);
          break;
        default:
          Socket.emit(socket, kind, ...values);
      }
    });
    socket = new Socket(id);
    try {
      native.wait(id);
    } finally {
      Socket.stop(socket);
      native.drop(id);
    }
    if (result.error && params && params.throw) throw new Error(result.error);
    return result;
  };
  return { connect };
}

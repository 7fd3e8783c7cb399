// k6/websockets: sockets as in browsers; the iteration goes on until all are closed.
export default function (native) {
  class Blob {
    #bytes;
    constructor(parts = [], options = {}) {
      const chunks = [...parts].map((part) => {
        if (part instanceof Blob) return part.#bytes;
        if (part instanceof ArrayBuffer) return new Uint8Array(part);
        if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
        return new TextEncoder().encode(String(part));
      });
      this.#bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      let at = 0;
      for (const chunk of chunks) {
        this.#bytes.set(chunk, at);
        at += chunk.length;
      }
      this.type = String(options.type || "").toLowerCase();
    }
    get size() {
      return this.#bytes.length;
    }
    async text() {
      return new TextDecoder().decode(this.#bytes);
    }
    async arrayBuffer() {
      return this.#bytes.slice().buffer;
    }
    async bytes() {
      return this.#bytes.slice();
    }
    slice(start, end, type) {
      return new Blob([this.#bytes.slice(start, end)], { type });
    }
    static bytesOf(blob) {
      return blob.#bytes;
    }
  }
  const EVENTS = ["open", "message", "error", "close", "ping", "pong"];
  class WebSocket {
    #id;
    #listeners = {};
    #state = 0;
    #protocol = "";
    #url;
    constructor(url, protocols = [], params = {}) {
      this.#url = String(url);
      if (!/^wss?:\/\//i.test(this.#url)) throw new SyntaxError(`unsupported scheme in '${this.#url}': expected ws or wss`);
      for (const event of EVENTS) this["on" + event] = null;
      this.binaryType = "blob";
      const { compression, ...rest } = params || {};
      this.#id = native.connect(url, [].concat(protocols ?? []).map(String), rest, (...all) => this.#happened(...all));
    }
    get url() {
      return this.#url;
    }
    get readyState() {
      return this.#state;
    }
    get protocol() {
      return this.#protocol;
    }
    get extensions() {
      return "";
    }
    get bufferedAmount() {
      return 0;
    }
    send(data) {
      if (this.#state === 0) throw new Error("InvalidStateError: the socket is still connecting");
      if (this.#state !== 1) return;
      native.send(this.#id, data instanceof Blob ? Blob.bytesOf(data) : typeof data === "object" && data !== null ? data : String(data));
    }
    ping() {
      if (this.#state !== 1) throw new Error("InvalidStateError: the socket is not open");
      native.ping(this.#id);
    }
    close(code, reason) {
      if (this.#state >= 2) return;
      if (this.#state === 0) {
        this.#state = 3;
        native.drop(this.#id);
        return;
      }
      this.#state = 2;
      native.close(this.#id, code === undefined ? 1000 : Number(code), reason === undefined ? "" : String(reason));
    }
    addEventListener(event, listener) {
      if (!EVENTS.includes(event)) throw new Error(`unknown event '${event}'`);
      if (typeof listener !== "function") throw new TypeError("a listener must be a function");
      (this.#listeners[event] ||= []).push(listener);
    }
    removeEventListener(event, listener) {
      this.#listeners[event] = (this.#listeners[event] || []).filter((known) => known !== listener);
    }
    #emit(type, fields = {}) {
      const event = { type, target: this, timestamp: Date.now(), ...fields };
      const own = this["on" + type];
      if (typeof own === "function") own.call(this, event);
      for (const listener of this.#listeners[type] || []) listener.call(this, event);
    }
    #closed(code, reason) {
      if (this.#state === 3) return;
      this.#state = 3;
      this.#emit("close", { code, reason, wasClean: code !== 1006 });
    }
    #happened(kind, ...values) {
      switch (kind) {
        case "open":
          this.#state = 1;
          this.#protocol = values[0].protocol;
          this.#emit("open");
          break;
        case "refused":
          this.#emit("error", { error: values[0], message: values[0] });
          this.#closed(1006, "");
          break;
        case "error":
          this.#emit("error", { error: values[0], message: values[0] });
          break;
        case "message":
          this.#emit("message", { data: values[0] });
          break;
        case "binaryMessage":
          this.#emit("message", { data: this.binaryType === "arraybuffer" ? values[0] : new Blob([values[0]]) });
          break;
        case "close":
          this.#closed(values[0], values[1]);
          break;
        case "end":
          this.#closed(1006, "");
          break;
        default:
          this.#emit(kind, { data: values[0] });
      }
    }
  }
  for (const [name, value] of [["CONNECTING", 0], ["OPEN", 1], ["CLOSING", 2], ["CLOSED", 3]]) {
    WebSocket[name] = value;
    WebSocket.prototype[name] = value;
  }
  return { WebSocket, Blob };
}

// Bodies of `multipart/form-data` (RFC 7578), made by hand.

const encoder = new TextEncoder();

function bytesOf(data) {
  if (data instanceof ArrayBuffer) {
    return new Uint8Array(data);
  }
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  return Array.isArray(data) ? Uint8Array.from(data) : encoder.encode(String(data));
}

// RFC 7578 §4.2 with the escapes of HTML's form submission.
function quote(name) {
  return String(name).replace(/\r?\n|\r/g, '%0D%0A').replace(/"/g, '%22');
}

export class FormData {
  constructor() {
    this.parts = [];
    let digits = '';
    while (digits.length < 24) {
      digits += Math.floor(Math.random() * 10);
    }
    this.boundary = `--------------------------${digits}`;
  }

  append(name, value, file) {
    if (arguments.length < 2) {
      throw new TypeError(`FormData.append needs a name and a value, got ${arguments.length} argument(s)`);
    }
    const part = { name: String(name), value };
    if (value !== null && typeof value === 'object' && 'data' in value) {
      part.value = value.data;
      part.filename = value.filename;
      part.type = value.content_type;
    }
    if (typeof file === 'string') {
      part.filename = file;
    } else if (file) {
      part.filename = file.filename ?? file.filepath ?? part.filename;
      part.type = file.contentType ?? file.content_type ?? part.type;
    }
    this.parts.push(part);
  }

  body() {
    const pieces = [];
    for (const { name, value, filename, type } of this.parts) {
      let head = `--${this.boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"`;
      const isFile = filename !== undefined || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
      if (isFile) {
        head += `; filename="${quote(filename ?? name)}"`;
      }
      if (type || isFile) {
        head += `\r\nContent-Type: ${type || 'application/octet-stream'}`;
      }
      pieces.push(encoder.encode(`${head}\r\n\r\n`), bytesOf(value), encoder.encode('\r\n'));
    }
    pieces.push(encoder.encode(`--${this.boundary}--\r\n`));
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole.buffer;
  }
}

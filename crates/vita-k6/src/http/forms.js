// What a browser does when a form is submitted or a link is followed.
export default function (http) {
  const join = (base, address) => {
    if (!address) return base;
    if (/^[a-z][a-z0-9+.-]*:/i.test(address)) return address;
    const parts = /^([a-z][a-z0-9+.-]*:)\/\/([^/?#]*)([^?#]*)(\?[^#]*)?/i.exec(base);
    if (!parts) return address;
    const [, scheme, host, path, query] = parts;
    if (address.startsWith("//")) return scheme + address;
    const origin = scheme + "//" + host;
    if (address.startsWith("?")) return origin + path + address;
    if (address.startsWith("#")) return origin + path + (query || "");
    const [, target, rest] = /^([^?#]*)(.*)$/.exec(address);
    const from = target.startsWith("/") ? [] : path.split("/").slice(0, -1);
    const out = [];
    for (const part of [...from, ...target.split("/")]) {
      if (part === "..") out.pop();
      else if (part !== ".") out.push(part);
    }
    const joined = out.join("/");
    return origin + (joined.startsWith("/") ? "" : "/") + joined + rest;
  };
  const encode = (fields) =>
    Object.keys(fields)
      .sort()
      .flatMap((key) => [].concat(fields[key]).map((value) => encodeURIComponent(key) + "=" + encodeURIComponent(value)))
      .join("&");
  return {
    submitForm(response, options) {
      const { formSelector = "form", submitSelector = '[type="submit"]', fields = {}, params = {} } = options || {};
      const form = response.html(formSelector);
      if (form.size() === 0) throw new Error(`no form found for selector '${formSelector}' in response '${response.url}'`);
      const method = (form.attr("method") || "GET").toUpperCase();
      const values = form.serializeObject();
      const submit = form.find(submitSelector).first();
      const name = submit.attr("name");
      if (name) values[name] = submit.val();
      Object.assign(values, fields);
      const url = join(response.url, form.attr("action"));
      if (method !== "GET") return http.request(method, url, values, params);
      const query = encode(values);
      return http.get(query ? url.replace(/[?#].*$/, "") + "?" + query : url, params);
    },
    clickLink(response, options) {
      const { selector = "a[href]", params = {} } = options || {};
      const link = response.html(selector);
      if (link.size() === 0) throw new Error(`no element found for selector '${selector}' in response '${response.url}'`);
      const href = link.first().attr("href");
      if (href === undefined) throw new Error(`no valid href attribute value found on element '${selector}' in response '${response.url}'`);
      return http.get(join(response.url, href), params);
    },
  };
}

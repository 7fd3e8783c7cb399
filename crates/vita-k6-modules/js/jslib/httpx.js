// A session over `k6/http`: what all requests share is said once.

import http from 'k6/http';

class Request {
  constructor(method, url, body, params) {
    Object.assign(this, { method, url, body, params });
  }
}

const requestClass = (method) =>
  class extends Request {
    constructor(url, body, params) {
      super(method, url, body, params);
    }
  };

export const Get = requestClass('GET');
export const Post = requestClass('POST');
export const Put = requestClass('PUT');
export const Patch = requestClass('PATCH');
export const Delete = requestClass('DELETE');
export const Options = requestClass('OPTIONS');
export const Head = requestClass('HEAD');

export class Httpx {
  constructor(options = {}) {
    this.baseURL = options.baseURL ?? '';
    this.params = { headers: {}, tags: {}, timeout: 20000 };
    for (const [name, value] of Object.entries(options)) {
      if (name !== 'baseURL') {
        this.params[name] = value !== null && typeof value === 'object' ? { ...value } : value;
      }
    }
  }

  setBaseUrl(url) { this.baseURL = url; }
  addHeader(name, value) { this.params.headers[name] = value; }
  addHeaders(headers) { Object.assign(this.params.headers, headers); }
  clearHeader(name) { delete this.params.headers[name]; }
  addTag(name, value) { this.params.tags[name] = value; }
  addTags(tags) { Object.assign(this.params.tags, tags); }
  clearTag(name) { delete this.params.tags[name]; }

  _url(url) {
    // `http.url` templates carry their name along.
    if (url !== null && typeof url === 'object') {
      return url;
    }
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : this.baseURL + url;
  }

  _params(params = {}) {
    const own = params ?? {};
    return {
      ...this.params,
      ...own,
      headers: { ...this.params.headers, ...own.headers },
      tags: { ...this.params.tags, ...own.tags },
    };
  }

  request(method, url, body, params) {
    return http.request(method, this._url(url), body, this._params(params));
  }

  asyncRequest(method, url, body, params) {
    return http.asyncRequest(method, this._url(url), body, this._params(params));
  }

  get(url, body, params) { return this.request('GET', url, body, params); }
  post(url, body, params) { return this.request('POST', url, body, params); }
  put(url, body, params) { return this.request('PUT', url, body, params); }
  patch(url, body, params) { return this.request('PATCH', url, body, params); }
  delete(url, body, params) { return this.request('DELETE', url, body, params); }
  options(url, body, params) { return this.request('OPTIONS', url, body, params); }
  head(url, body, params) { return this.request('HEAD', url, body, params); }
  trace(url, body, params) { return this.request('TRACE', url, body, params); }

  asyncGet(url, body, params) { return this.asyncRequest('GET', url, body, params); }
  asyncPost(url, body, params) { return this.asyncRequest('POST', url, body, params); }
  asyncPut(url, body, params) { return this.asyncRequest('PUT', url, body, params); }
  asyncPatch(url, body, params) { return this.asyncRequest('PATCH', url, body, params); }
  asyncDelete(url, body, params) { return this.asyncRequest('DELETE', url, body, params); }
  asyncOptions(url, body, params) { return this.asyncRequest('OPTIONS', url, body, params); }
  asyncHead(url, body, params) { return this.asyncRequest('HEAD', url, body, params); }

  batch(requests, params = {}) {
    const common = this._params(params);
    const listed = requests.map((request) => ({
      method: request.method,
      url: this._url(request.url),
      body: request.body,
      params: {
        ...common,
        ...request.params,
        headers: { ...common.headers, ...request.params?.headers },
        tags: { ...common.tags, ...request.params?.tags },
      },
    }));
    return http.batch(listed);
  }
}

const httpx = new Httpx();
export default httpx;
export const get = (url, body, params) => httpx.get(url, body, params);
export const post = (url, body, params) => httpx.post(url, body, params);
export const put = (url, body, params) => httpx.put(url, body, params);
export const patch = (url, body, params) => httpx.patch(url, body, params);
export const request = (method, url, body, params) => httpx.request(method, url, body, params);
export const batch = (requests, params) => httpx.batch(requests, params);

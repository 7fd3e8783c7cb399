// k6/execution: what a script may know of its run. Each value is read when it is asked for.
export default function (native) {
  const section = (name, fields) => {
    const out = {};
    for (const field of fields) {
      Object.defineProperty(out, field, { enumerable: true, get: () => native.read(name, field) });
    }
    return out;
  };
  const live = (kind) =>
    new Proxy(
      {},
      {
        get: (_, key) => (typeof key === "string" ? native.tag(kind, key) : undefined),
        set: (_, key, value) => {
          if (!["string", "number", "boolean"].includes(typeof value)) {
            throw new TypeError(`only String, Boolean and Number types are accepted as a Tag value, got '${typeof value}' for '${String(key)}'`);
          }
          native.setTag(kind, String(key), String(value));
          return true;
        },
        has: (_, key) => native.tag(kind, String(key)) !== undefined,
        deleteProperty: (_, key) => {
          native.removeTag(kind, String(key));
          return true;
        },
        ownKeys: () => Object.keys(native.tags(kind)),
        getOwnPropertyDescriptor: (_, key) => {
          const value = typeof key === "string" ? native.tag(kind, key) : undefined;
          return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
        },
      },
    );
  const freeze = (value) => {
    if (value !== null && typeof value === "object") {
      Object.values(value).forEach(freeze);
      Object.freeze(value);
    }
    return value;
  };
  const vu = section("vu", ["idInInstance", "idInTest", "iterationInInstance", "iterationInScenario"]);
  const tags = live("tags");
  Object.defineProperty(vu, "tags", {
    enumerable: true,
    get: () => tags,
    set: (value) => {
      for (const key of Object.keys(tags)) delete tags[key];
      Object.assign(tags, value);
    },
  });
  vu.metrics = { tags, metadata: live("metadata") };
  let options;
  const test = {
    abort: (message) => native.abort(message === undefined ? "" : String(message)),
    fail: (message) => native.fail(message === undefined ? "" : String(message)),
    get options() {
      if (options === undefined) options = freeze(JSON.parse(native.options()));
      return options;
    },
  };
  return {
    vu,
    scenario: section("scenario", ["name", "executor", "startTime", "progress", "iterationInInstance", "iterationInTest"]),
    instance: section("instance", ["iterationsInterrupted", "iterationsCompleted", "vusActive", "vusInitialized", "currentTestRunDuration"]),
    test,
  };
}

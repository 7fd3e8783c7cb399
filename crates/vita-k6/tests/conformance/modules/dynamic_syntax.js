// k6 reference §1, modules: the syntax that scripts of today use.
// prints: 3 undefined fallback {"a":1,"b":2} 4 1,2
class Counter { #n = 3; static of() { return new Counter(); } get n() { return this.#n; } }
export default async function () {
    const nothing = null;
    const { a, ...rest } = { a: 1, b: 2 };
    const generated = [...(function* () { yield 1; yield 2; })()];
    console.log(Counter.of().n, nothing?.x, nothing ?? 'fallback', JSON.stringify({ a, ...rest }), await Promise.resolve(2 ** 2), generated.join());
}

// k6 reference §1, globals: getRandomValues and randomUUID.
// prints: true true
export default function () {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    console.log(bytes.some((b) => b !== 0), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()));
}

// k6 reference §1, globals: TextEncoder and TextDecoder.
// prints: [195,188] ü
export default function () {
    const bytes = new TextEncoder().encode('ü');
    console.log(JSON.stringify([...bytes]), new TextDecoder().decode(bytes));
}

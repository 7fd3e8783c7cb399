// k6 reference §1, TypeScript: messages name the script's own line.
// says: position.ts:5
interface A { a: number }
export default function () {
    throw new Error('here');
}

// k6 reference §1, TypeScript: types are erased.
// prints: 3 x
interface Point { x: number; y?: string }
type Sum = (a: number, b: number) => number;
const add: Sum = (a: number, b: number): number => a + b;
const point = { x: 1, y: 'x' } as Point;
export default function (): void { console.log(add(point.x, 2), point.y!); }

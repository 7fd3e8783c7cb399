// k6 reference §1, TypeScript: enums.
// prints: 1 Green r
enum Color { Red, Green }
enum Word { R = 'r' }
export default function () { console.log(Color.Green, Color[1], Word.R); }

// k6 reference §1, TypeScript: classes with modifiers, generics and parameter properties.
// prints: 5 hidden
class Box<T> {
    private readonly mark: string = 'hidden';
    constructor(public value: T) {}
    show(): string { return this.mark; }
}
export default function () { const box = new Box<number>(5); console.log(box.value, box.show()); }

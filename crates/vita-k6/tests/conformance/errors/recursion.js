// k6 reference §1, lifecycle: endless recursion is an exception of the iteration.
// says: level=error…hint="script exception"
// prints: next
export const options = { iterations: 2 };
export default function () {
    if (__ITER === 1) { console.log('next'); return; }
    const deeper = () => deeper() + 1;
    deeper();
}

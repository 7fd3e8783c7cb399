// k6 reference §1, lifecycle: open is for init code.
// prints: refused
export default function () {
    try { open('../files/table.csv'); } catch (e) { console.log('refused'); }
}

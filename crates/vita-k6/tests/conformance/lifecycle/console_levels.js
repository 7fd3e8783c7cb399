// k6 reference §2, console lines: each level has its name, and source=console.
// says: level=info msg=a source=console
// says: level=info msg="b c" source=console
// says: level=warning msg=d source=console
// says: level=error msg=e source=console
export default function () {
    console.log('a');
    console.info('b', 'c');
    console.warn('d');
    console.error('e');
}

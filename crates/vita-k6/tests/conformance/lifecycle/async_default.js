// k6 reference §1, k6/websockets: the iteration ends when all timers are done.
// prints: begin
// prints: promise
// prints: timer
export default async function () {
    setTimeout(() => console.log('timer'), 20);
    console.log('begin');
    await Promise.resolve();
    console.log('promise');
}

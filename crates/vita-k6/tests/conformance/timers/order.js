// k6 reference §1, k6/timers: timers run by their time, promises before them.
// prints: sync
// prints: promise
// prints: 0
// prints: 10
// prints: 30
export default function () {
    for (const ms of [30, 10, 0]) setTimeout(() => console.log(ms), ms);
    Promise.resolve().then(() => console.log('promise'));
    console.log('sync');
}

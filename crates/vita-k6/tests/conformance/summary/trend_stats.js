// k6 reference §2, options: summaryTrendStats says which statistics are shown.
// summary: mine…: min=1…p(99)=…count=2
// no summary: mine…avg=
// data /options/summaryTrendStats: ["min","p(99)","count"]
import { Trend } from 'k6/metrics';
const mine = new Trend('mine');
export const options = { summaryTrendStats: ['min', 'p(99)', 'count'] };
export default function () { mine.add(1); mine.add(2); }

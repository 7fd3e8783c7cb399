// k6 reference §2, handleSummary: group_duration and iteration_duration are in the data.
// data /metrics/group_duration/type: trend
// data /metrics/iteration_duration/contains: time
// no summary: group_duration
import { group } from 'k6';
export default function () { group('g', () => 1); }

// k6 reference §2, options: test.options has every option, null when unset.
// prints: all
import exec from 'k6/execution';
const names = `paused vus duration iterations stages scenarios executionSegment executionSegmentSequence noSetup setupTimeout
    noTeardown teardownTimeout rps dns maxRedirects userAgent batch batchPerHost httpDebug insecureSkipTLSVerify tlsCipherSuites
    tlsVersion tlsAuth throw thresholds blacklistIPs blockHostnames hosts noConnectionReuse noVUConnectionReuse minIterationDuration
    cloud ext summaryTrendStats summaryTimeUnit systemTags tags metricSamplesBufferSize noCookiesReset discardResponseBodies`.split(/\s+/);
export default function () {
    const missing = names.filter((name) => exec.test.options[name] === undefined);
    console.log(missing.join() || 'all');
}

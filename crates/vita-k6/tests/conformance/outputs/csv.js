// k6 reference §2, --out csv: the header's columns, and values with six decimals.
// output: csv
// sample: metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata
// sample: mine,1…,2.500000,,,,,::g,,,,default,,,,,,kind=a&size=big,
import { group } from 'k6';
import { Trend } from 'k6/metrics';
const mine = new Trend('mine');
export default function () { group('g', () => mine.add(2.5, { kind: 'a', size: 'big' })); }

import http from 'k6/http';
import { check, sleep } from 'k6';

export const options = {
  vus: 10,
  duration: '30s',
};

// Every virtual user calls this again and again.
export default function () {
  const response = http.get(__ENV.TARGET || 'http://127.0.0.1:3000/api/health');
  check(response, { 'status is 200': (r) => r.status === 200 });
  sleep(1);
}

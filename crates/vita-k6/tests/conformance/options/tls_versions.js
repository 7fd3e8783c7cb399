// k6 reference §2, options: the options of TLS are taken.
// metric iterations: count=1
import { TLS_1_2, TLS_1_3 } from 'k6/http';
export const options = { insecureSkipTLSVerify: true, tlsVersion: { min: TLS_1_2, max: TLS_1_3 }, tlsCipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] };
export default function () {}

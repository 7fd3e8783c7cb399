// k6 reference §1, modules: k6/net/grpc is not supported, and says so.
// exit: 107
// error: k6/net/grpc…not supported
import grpc from 'k6/net/grpc';
export default function () {}

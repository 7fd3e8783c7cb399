// k6 reference §1, k6/crypto: every hash of "abc", as published.
// prints: a448017aaf21d8525fc10ae87aa6729d
// prints: 900150983cd24fb0d6963f7d28e17f72
// prints: a9993e364706816aba3e25717850c26c9cd0d89d
// prints: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
// prints: cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163…
// prints: ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a…
// prints: 4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa
// prints: 53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23
// prints: 8eb208f7e05d987a9b044a8e98c6b087f15a0bfc
import crypto from 'k6/crypto';
export default function () {
    for (const name of ['md4', 'md5', 'sha1', 'sha256', 'sha384', 'sha512', 'sha512_224', 'sha512_256', 'ripemd160']) console.log(crypto[name]('abc', 'hex'));
}

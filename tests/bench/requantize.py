#!/usr/bin/env python3
"""Rewrites a GGUF model with all its matrices as Q8_0, for speed comparisons. Needs numpy.

usage: requantize.py MODEL.gguf OUT.gguf

Matrices of F32, F16, Q4_0, Q4_1, Q8_0 and Q6_K are widened to f32 and rounded again; vectors and keys stay as they are,
general.file_type apart."""
import struct
import sys

import numpy as np

SCALARS = {0: 'B', 1: 'b', 2: 'H', 3: 'h', 4: 'I', 5: 'i', 6: 'f', 7: 'B', 10: 'Q', 11: 'q', 12: 'd'}
STRING, ARRAY, F32, Q8_0 = 8, 9, 0, 8
BLOCKS = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 8: (32, 34), 14: (256, 210)}


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, code):
        value, = struct.unpack_from('<' + code, self.data, self.at)
        self.at += struct.calcsize('<' + code)
        return value

    def text(self):
        n = self.number('Q')
        self.at += n
        return bytes(self.data[self.at - n:self.at])

    def value(self, kind):
        """The bytes of a value, as they lie there."""
        start = self.at
        if kind == STRING:
            self.text()
        elif kind == ARRAY:
            element, count = self.number('I'), self.number('Q')
            if element == STRING:
                for _ in range(count):
                    self.text()
            else:
                self.at += count * struct.calcsize('<' + SCALARS[element])
        else:
            self.number(SCALARS[kind])
        return bytes(self.data[start:self.at])


def halves(raw):
    return raw.copy().view('<f2').astype(np.float32)


def widen(kind, raw, n):
    block, size = BLOCKS[kind]
    raw = np.frombuffer(raw, np.uint8)
    if kind in (0, 1):
        return raw.view({0: '<f4', 1: '<f2'}[kind]).astype(np.float32)
    b = raw.reshape(n // block, size)
    if kind == 8:
        return (halves(b[:, :2]) * b[:, 2:].view(np.int8)).ravel()
    if kind == 2:
        q = np.concatenate([b[:, 2:] & 15, b[:, 2:] >> 4], axis=1).astype(np.float32) - 8
        return (halves(b[:, :2]) * q).ravel()
    if kind == 3:
        q = np.concatenate([b[:, 4:] & 15, b[:, 4:] >> 4], axis=1).astype(np.float32)
        return (halves(b[:, :2]) * q + halves(b[:, 2:4])).ravel()
    low, high = b[:, :128].reshape(-1, 2, 1, 64), b[:, 128:192].reshape(-1, 2, 1, 32)  # Q6_K
    low = np.concatenate([low & 15, low >> 4], axis=2).reshape(-1, 2, 4, 32)
    shift = np.array([0, 2, 4, 6], np.uint8).reshape(1, 1, 4, 1)
    q = (low | ((high >> shift) & 3) << 4).astype(np.float32) - 32
    scales = b[:, 192:208].view(np.int8).astype(np.float32).reshape(-1, 16, 1)
    return (halves(b[:, 208:]).reshape(-1, 1, 1) * scales * q.reshape(-1, 16, 16)).ravel()


def to_q8_0(x):
    x = x.reshape(-1, 32)
    d = np.abs(x).max(axis=1, keepdims=True) / np.float32(127)
    q = np.rint(np.divide(x, d, out=np.zeros_like(x), where=d > 0)).astype(np.int8)
    return np.concatenate([d.astype('<f2').view(np.uint8), q.view(np.uint8)], axis=1).tobytes()


def main():
    source, target = sys.argv[1:]
    r = Reader(memoryview(np.fromfile(source, np.uint8)))
    magic, version, n_tensors, n_keys = bytes(r.data[:4]), struct.unpack_from('<I', r.data, 4)[0], *struct.unpack_from('<QQ', r.data, 8)
    if magic != b'GGUF' or version not in (2, 3):
        sys.exit(f'{source}: not a GGUF model')
    r.at, align, keys = 24, 32, b''
    for _ in range(n_keys):
        name, kind = r.text(), r.number('I')
        value = r.value(kind)
        if name == b'general.alignment':
            align, = struct.unpack('<I', value)
        if name == b'general.file_type':
            value = struct.pack('<I', 7)
        keys += struct.pack('<Q', len(name)) + name + struct.pack('<I', kind) + value
    tensors = []
    for _ in range(n_tensors):
        name, dims = r.text(), r.number('I')
        shape = [r.number('Q') for _ in range(dims)]
        tensors.append((name, shape, r.number('I'), r.number('Q')))
    start = -(-r.at // align) * align
    table, blobs, offset = b'', [], 0
    for name, shape, kind, at in tensors:
        n = int(np.prod(shape))
        block, size = BLOCKS[kind]
        raw = bytes(r.data[start + at:start + at + n // block * size])
        if len(shape) > 1 and shape[0] % 32 == 0:
            raw, kind = to_q8_0(widen(kind, raw, n)), Q8_0
        table += struct.pack('<Q', len(name)) + name + struct.pack(f'<I{len(shape)}QIQ', len(shape), *shape, kind, offset)
        blobs.append(raw + bytes(-len(raw) % align))
        offset += len(blobs[-1])
    head = magic + struct.pack('<IQQ', version, n_tensors, n_keys) + keys + table
    with open(target, 'wb') as f:
        f.write(head + bytes(-len(head) % align))
        for blob in blobs:
            f.write(blob)


main()

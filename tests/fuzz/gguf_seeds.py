#!/usr/bin/env python3
"""Writes small valid models (about 10 kB) of every architecture and tensor type, for the fuzz target gguf to start from.
usage: gguf_seeds.py FOLDER"""
import pathlib
import random
import struct
import sys

U32, I32, F32, STRING, ARRAY = 4, 5, 6, 8, 9
# name: (number, elements a block, bytes a block, where the f16 scales are)
TYPES = {'F32': (0, 1, 4, None), 'F16': (1, 1, 2, None), 'BF16': (30, 1, 2, None), 'Q4_0': (2, 32, 18, [0]),
         'Q4_1': (3, 32, 20, [0, 2]), 'Q5_0': (6, 32, 22, [0]), 'Q5_1': (7, 32, 24, [0, 2]), 'Q8_0': (8, 32, 34, [0]),
         'Q2_K': (10, 256, 84, [80, 82]), 'Q3_K': (11, 256, 110, [108]), 'Q4_K': (12, 256, 144, [0, 2]),
         'Q5_K': (13, 256, 176, [0, 2]), 'Q6_K': (14, 256, 210, [208])}
EMBD, FF, HEADS, KV_HEADS, HEAD = 32, 256, 2, 1, 16
rng = random.Random(5)


def text(s):
    return struct.pack('<Q', len(s.encode())) + s.encode()


def value(kind, v):
    if kind == STRING:
        return text(v)
    if kind == ARRAY:
        return struct.pack('<IQ', v[0], len(v[1])) + b''.join(value(v[0], x) for x in v[1])
    return struct.pack({U32: '<I', I32: '<i', F32: '<f'}[kind], v)


def data(type_name, n):
    _, block, size, scales = TYPES[type_name]
    if type_name == 'F32':
        return struct.pack(f'<{n}f', *(rng.gauss(0, .1) for _ in range(n)))
    if type_name == 'F16':
        return struct.pack(f'<{n}e', *(rng.gauss(0, .1) for _ in range(n)))
    if type_name == 'BF16':
        return b''.join(struct.pack('<f', rng.gauss(0, .1))[2:] for _ in range(n))
    out = bytearray(rng.randbytes(n // block * size))
    for b in range(n // block):
        for at in scales:
            struct.pack_into('<e', out, b * size + at, .01)
    return bytes(out)


def bpe():
    keep = [*range(0x21, 0x7f), *range(0xa1, 0xad), *range(0xae, 0x100)]
    rest = iter(range(256, 512))
    tokens = [chr(b) if b in keep else chr(next(rest)) for b in range(256)] + ['he', 'll', '<|end|>']
    return tokens, [('model', STRING, 'gpt2'), ('pre', STRING, 'qwen2'), ('merges', ARRAY, (STRING, ['h e', 'l l'])),
                    ('token_type', ARRAY, (I32, [1] * 258 + [3])), ('eos_token_id', U32, 258)]


def spm():
    tokens = ['<unk>', '<s>', '</s>'] + [f'<0x{b:02X}>' for b in range(256)] + ['\u2581', 'h', 'e', 'he']
    return tokens, [('model', STRING, 'llama'), ('scores', ARRAY, (F32, [-float(i) for i in range(len(tokens))])),
                    ('token_type', ARRAY, (I32, [2, 3, 3] + [6] * 256 + [1] * 4)), ('bos_token_id', U32, 1),
                    ('eos_token_id', U32, 2)]


def model(arch, tokenizer, matrix, down, more, vectors='F32'):
    tokens, keys = tokenizer()
    n_vocab, q, kv = len(tokens), HEADS * HEAD, KV_HEADS * HEAD
    tensors = [('token_embd.weight', matrix, (EMBD, n_vocab)), ('output_norm.weight', vectors, (EMBD,)),
               *((f'blk.0.{n}.weight', vectors, (EMBD,)) for n in ('attn_norm', 'ffn_norm')),
               ('blk.0.attn_q.weight', matrix, (EMBD, q)), ('blk.0.attn_k.weight', matrix, (EMBD, kv)),
               ('blk.0.attn_v.weight', matrix, (EMBD, kv)), ('blk.0.attn_output.weight', matrix, (q, EMBD)),
               ('blk.0.ffn_gate.weight', matrix, (EMBD, FF)), ('blk.0.ffn_up.weight', matrix, (EMBD, FF)),
               ('blk.0.ffn_down.weight', down, (FF, EMBD))]
    if arch == 'qwen2':
        tensors += [(f'blk.0.attn_{n}.bias', vectors, (size,)) for n, size in (('q', q), ('k', kv), ('v', kv))]
    if arch in ('qwen3', 'gemma3'):
        tensors += [(f'blk.0.attn_{n}_norm.weight', vectors, (HEAD,)) for n in 'qk']
    if arch == 'gemma3':
        tensors += [(f'blk.0.post_{n}_norm.weight', vectors, (EMBD,)) for n in ('attention', 'ffw')]
    if arch == 'llama':
        tensors += [('rope_freqs.weight', 'F32', (HEAD // 2,)), ('output.weight', matrix, (EMBD, n_vocab))]
    facts = [('block_count', U32, 1), ('context_length', U32, 64), ('embedding_length', U32, EMBD),
             ('feed_forward_length', U32, FF), ('attention.head_count', U32, HEADS),
             ('attention.head_count_kv', U32, KV_HEADS), ('attention.layer_norm_rms_epsilon', F32, 1e-5), *more]
    keys = ([('general.architecture', STRING, arch), ('general.name', STRING, 'seed'), ('general.alignment', U32, 32)] +
            [(f'{arch}.{k}', t, v) for k, t, v in facts] + [('tokenizer.ggml.tokens', ARRAY, (STRING, tokens))] +
            [(f'tokenizer.ggml.{k}', t, v) for k, t, v in keys])
    head = b'GGUF' + struct.pack('<IQQ', 3, len(tensors), len(keys))
    head += b''.join(text(k) + struct.pack('<I', t) + value(t, v) for k, t, v in keys)
    body = b''
    for name, type_name, shape in tensors:
        n = shape[0] * (shape[1] if len(shape) > 1 else 1)
        head += text(name) + struct.pack(f'<I{len(shape)}QIQ', len(shape), *shape, TYPES[type_name][0], len(body))
        raw = struct.pack(f'<{n}f', *([1.0] * n)) if name == 'rope_freqs.weight' else data(type_name, n)
        body += raw + bytes(-len(raw) % 32)
    return head + bytes(-len(head) % 32) + body


YARN = [('rope.scaling.type', STRING, 'yarn'), ('rope.scaling.factor', F32, 4.0),
        ('rope.scaling.original_context_length', U32, 16)]
LLAMA3 = [('rope.scaling.type', STRING, 'llama3'), ('rope.scaling.factor', F32, 8.0)]
GEMMA = [('attention.sliding_window', U32, 3), ('attention.key_length', U32, HEAD), ('attention.value_length', U32, HEAD),
         ('rope.scaling.type', STRING, 'linear'), ('rope.scaling.factor', F32, 8.0), ('final_logit_softcapping', F32, 30.0),
         ('attn_logit_softcapping', F32, 50.0)]
SEEDS = {'llama-q8': ('llama', bpe, 'Q8_0', 'Q4_K', LLAMA3), 'llama-q4': ('llama', spm, 'Q4_0', 'Q6_K', []),
         'qwen2-q5': ('qwen2', bpe, 'Q5_1', 'Q2_K', YARN), 'qwen3-q41': ('qwen3', bpe, 'Q4_1', 'Q3_K', []),
         'gemma3-q50': ('gemma3', spm, 'Q5_0', 'Q5_K', GEMMA), 'qwen3-f16': ('qwen3', bpe, 'F16', 'BF16', YARN, 'F16')}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, how in SEEDS.items():
        (folder / f'{name}.gguf').write_bytes(model(*how))


main()

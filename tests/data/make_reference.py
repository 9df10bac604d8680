#!/usr/bin/env python3
"""Makes tests/data/reference/: tiny models of random weights as GGUF files, and what transformers computes for them.

  python3 -m venv venv && venv/bin/pip install torch==2.13.0 transformers==5.23.0 numpy
  venv/bin/python tests/data/make_reference.py [tests/data/reference]

NAME.gguf   llama3-freqs  llama, Llama 3 scaling folded into a rope_freqs.weight tensor, as converters write it
            llama3-keys   the same weights, the scaling as keys
            yarn          qwen2, YaRN scaling
            gemma3        gemma3, linear scaling by 8 on the full layers, sliding windows, QK-norm, tanh GELU
NAME.json   token ids, and for each tensor of NAME.bin its offset in floats and its shape
            (llama3-keys has no values of its own: they are those of llama3-freqs)
NAME.bin    little-endian f32
              logits      [64, n_vocab] of the first 64 tokens
              attention   [layers, heads, 64 * 65 / 2]: the rows of each map up to the diagonal
              far         [3, 4, n_vocab]: logits at 100 .. 103, 4096 .. 4099, 32764 .. 32767 of one long sequence,
                          whose token i is  first[i] for i < 64  and  (i * 7919 + 13) % n_vocab  after that
              plain       [3, 4, n_vocab]: the same without scaling, to show what a mistake would look like
rope.json / rope.bin: for several real configurations the frequencies, and one vector turned to each position

Everything is computed in f32 on the CPU with the eager attention, the long sequence with the fused one."""
import json
import math
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import (Gemma3ForCausalLM, Gemma3TextConfig, LlamaConfig, LlamaForCausalLM, Qwen2Config,
                          Qwen2ForCausalLM)
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

SHORT = 64
LONG = 32768
FAR = [range(100, 104), range(4096, 4100), range(LONG - 4, LONG)]

# ---- GGUF ----

U32, F32, STRING, ARRAY, I32 = 4, 6, 8, 9, 5


def text(s):
    raw = s.encode()
    return struct.pack('<Q', len(raw)) + raw


def value(kind, v):
    if kind == STRING:
        return text(v)
    if kind == ARRAY:
        element, items = v
        return struct.pack('<IQ', element, len(items)) + b''.join(value(element, x) for x in items)
    return struct.pack({U32: '<I', F32: '<f', I32: '<i'}[kind], v)


def byte_alphabet():
    """The 256 characters that byte-level BPE writes bytes with: printable ones stand for themselves."""
    keep = [*range(0x21, 0x7f), *range(0xa1, 0xad), *range(0xae, 0x100)]
    rest = iter(range(256, 512))
    return [chr(b) if b in keep else chr(next(rest)) for b in range(256)]


def tokenizer_keys():
    merges = ['t h', 'th e', 'i n', 'a n']
    tokens = byte_alphabet() + [m.replace(' ', '') for m in merges] + ['<|end|>']
    kinds = [1] * (len(tokens) - 1) + [3]
    end = len(tokens) - 1
    return len(tokens), [('tokenizer.ggml.model', STRING, 'gpt2'), ('tokenizer.ggml.pre', STRING, 'gpt-2'),
                         ('tokenizer.ggml.tokens', ARRAY, (STRING, tokens)),
                         ('tokenizer.ggml.token_type', ARRAY, (I32, kinds)),
                         ('tokenizer.ggml.merges', ARRAY, (STRING, merges)),
                         ('tokenizer.ggml.bos_token_id', U32, end), ('tokenizer.ggml.eos_token_id', U32, end)]


N_VOCAB, TOKENIZER = tokenizer_keys()


def write_gguf(path, keys, tensors):
    align = 32
    head = b'GGUF' + struct.pack('<IQQ', 3, len(tensors), len(keys))
    for name, kind, v in keys:
        head += text(name) + struct.pack('<I', kind) + value(kind, v)
    data = b''
    for name, array in tensors.items():
        raw = np.ascontiguousarray(array, dtype='<f4').tobytes()
        shape = array.shape[::-1]
        head += text(name) + struct.pack('<I', len(shape)) + struct.pack(f'<{len(shape)}Q', *shape)
        head += struct.pack('<IQ', 0, len(data))
        data += raw + bytes(-len(raw) % align)
    path.write_bytes(head + bytes(-len(head) % align) + data)


# ---- models ----

def randomise(model, seed):
    """Weights large enough that attention is far from uniform and every nonlinearity is in use."""
    generator = torch.Generator().manual_seed(seed)
    for name, p in model.named_parameters():
        values = torch.randn(p.shape, generator=generator)
        if 'norm' in name:
            zero_based = 'gemma3' in type(model).__name__.lower()
            p.data = 0.2 * values + (0.0 if zero_based else 1.0)
        elif name.endswith('bias'):
            p.data = 0.3 * values
        elif 'embed' in name:
            p.data = values
        elif 'q_proj' in name or 'k_proj' in name:
            p.data = 1.6 * values / math.sqrt(p.shape[1])
        else:
            p.data = values / math.sqrt(p.shape[1])


def pair_rows(weight, heads):
    """Rows (i, i + half) of each head to (2 i, 2 i + 1): the order that GGUF has for llama."""
    a = weight.reshape(heads, 2, -1, weight.shape[-1])
    return a.swapaxes(1, 2).reshape(weight.shape)


def gguf_tensors(model, arch):
    c, state = model.config, {k: v.numpy() for k, v in model.state_dict().items()}
    one = 1.0 if arch == 'gemma3' else 0.0
    names = {'input_layernorm.weight': 'attn_norm.weight', 'self_attn.q_proj': 'attn_q', 'self_attn.k_proj': 'attn_k',
             'self_attn.v_proj': 'attn_v', 'self_attn.o_proj': 'attn_output', 'mlp.gate_proj': 'ffn_gate',
             'mlp.up_proj': 'ffn_up', 'mlp.down_proj': 'ffn_down', 'self_attn.q_norm': 'attn_q_norm',
             'self_attn.k_norm': 'attn_k_norm'}
    if arch == 'gemma3':
        names |= {'post_attention_layernorm': 'post_attention_norm', 'pre_feedforward_layernorm': 'ffn_norm',
                  'post_feedforward_layernorm': 'post_ffw_norm'}
    else:
        names |= {'post_attention_layernorm': 'ffn_norm'}
    out = {'token_embd.weight': state['model.embed_tokens.weight'], 'output_norm.weight': state['model.norm.weight'] + one}
    for key, array in state.items():
        if not key.startswith('model.layers.'):
            continue
        layer, rest = key.removeprefix('model.layers.').split('.', 1)
        for theirs, ours in names.items():
            if rest.startswith(theirs):
                rest = ours + rest[len(theirs):]
                break
        if arch == 'llama' and rest == 'attn_q.weight':
            array = pair_rows(array, c.num_attention_heads)
        if arch == 'llama' and rest == 'attn_k.weight':
            array = pair_rows(array, c.num_key_value_heads)
        out[f'blk.{layer}.{rest}'] = array + one if 'norm' in rest else array
    return out


def common_keys(arch, name, c):
    return [('general.architecture', STRING, arch), ('general.name', STRING, f'reference {name}'),
            (f'{arch}.block_count', U32, c.num_hidden_layers), (f'{arch}.context_length', U32, c.max_position_embeddings),
            (f'{arch}.embedding_length', U32, c.hidden_size), (f'{arch}.feed_forward_length', U32, c.intermediate_size),
            (f'{arch}.attention.head_count', U32, c.num_attention_heads),
            (f'{arch}.attention.head_count_kv', U32, c.num_key_value_heads),
            (f'{arch}.attention.key_length', U32, c.head_dim), (f'{arch}.attention.value_length', U32, c.head_dim),
            (f'{arch}.attention.layer_norm_rms_epsilon', F32, c.rms_norm_eps)]


SHAPE = dict(vocab_size=N_VOCAB, hidden_size=32, intermediate_size=64, num_attention_heads=2, num_key_value_heads=1,
             head_dim=16, rms_norm_eps=1e-5, max_position_embeddings=LONG, tie_word_embeddings=True,
             attention_dropout=0.0)


def first_tokens(seed):
    return [int(x) for x in np.random.default_rng(seed).integers(0, N_VOCAB, SHORT)]


def long_tokens(first):
    return first + [(i * 7919 + 13) % N_VOCAB for i in range(SHORT, LONG)]


def run(model, ids, positions=None):
    """Logits [T, n_vocab] and maps [layers, heads, T, T] of a short run; of a long one only logits at positions."""
    with torch.no_grad():
        if positions is None:
            model.set_attn_implementation('eager')
            out = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
            return out.logits[0].numpy(), torch.stack(out.attentions)[:, 0].numpy()
        model.set_attn_implementation('sdpa')
        keep = torch.tensor([p for r in positions for p in r])
        out = model(torch.tensor([ids]), use_cache=False, logits_to_keep=keep)
        return out.logits[0].numpy().reshape(len(positions), 4, -1)


class Values:
    """Named arrays in one file of floats."""

    def __init__(self):
        self.index, self.arrays, self.size = {}, [], 0

    def add(self, name, array):
        array = np.ascontiguousarray(array, dtype='<f4')
        self.index[name] = {'offset': self.size, 'shape': list(array.shape)}
        self.arrays.append(array)
        self.size += array.size

    def write(self, stem, **more):
        stem.with_suffix('.bin').write_bytes(b''.join(a.tobytes() for a in self.arrays))
        stem.with_suffix('.json').write_text(json.dumps(more | {'tensors': self.index}) + '\n')


def triangle(maps):
    rows, cols = np.tril_indices(SHORT)
    return maps[:, :, rows, cols]


def write_values(folder, name, model, plain, first):
    values = Values()
    logits, maps = run(model, first)
    values.add('logits', logits)
    values.add('attention', triangle(maps))
    if plain is not None:
        far, without = run(model, long_tokens(first), FAR), run(plain, long_tokens(first), FAR)
        values.add('far', far)
        values.add('plain', without)
        changed = ((far - without) ** 2).sum(axis=(1, 2)) / (far ** 2).sum(axis=(1, 2))
        print(f'{name}: NMSE of a run without scaling at 100, 4096, 32764:', changed)
    values.write(folder / name, tokens=first)


def same_weights(cls, config, model):
    other = cls(config).float().eval()
    other.load_state_dict(model.state_dict())
    return other


# ---- the four ----

def make_llama3(folder):
    scaling = {'rope_type': 'llama3', 'rope_theta': 10000.0, 'factor': 8.0, 'low_freq_factor': 1.0,
               'high_freq_factor': 4.0, 'original_max_position_embeddings': 64}
    config = LlamaConfig(num_hidden_layers=2, rope_parameters=scaling, **SHAPE)
    model = LlamaForCausalLM(config).float().eval()
    randomise(model, 1)
    plain_config = LlamaConfig(num_hidden_layers=2, rope_parameters={'rope_type': 'default', 'rope_theta': 10000.0}, **SHAPE)
    write_values(folder, 'llama3-freqs', model, same_weights(LlamaForCausalLM, plain_config, model), first_tokens(1))
    keys = common_keys('llama', 'llama3', config) + [('llama.rope.freq_base', F32, 10000.0),
                                                     ('llama.rope.dimension_count', U32, config.head_dim)]
    tensors = gguf_tensors(model, 'llama')
    as_keys = [('llama.rope.scaling.type', STRING, 'llama3'), ('llama.rope.scaling.factor', F32, 8.0),
               ('llama.rope.scaling.low_freq_factor', F32, 1.0), ('llama.rope.scaling.high_freq_factor', F32, 4.0),
               ('llama.rope.scaling.original_context_length', U32, 64)]
    write_gguf(folder / 'llama3-keys.gguf', keys + as_keys + TOKENIZER, tensors)
    unscaled = 10000.0 ** -(np.arange(0, config.head_dim, 2) / config.head_dim)
    tensors['rope_freqs.weight'] = (unscaled / model.model.rotary_emb.inv_freq.numpy()).astype('f4')
    write_gguf(folder / 'llama3-freqs.gguf', keys + TOKENIZER, tensors)


def make_yarn(folder):
    scaling = {'rope_type': 'yarn', 'rope_theta': 10000.0, 'factor': 8.0, 'original_max_position_embeddings': 64,
               'beta_fast': 8.0, 'beta_slow': 1.0}
    config = Qwen2Config(num_hidden_layers=2, rope_parameters=scaling, **SHAPE)
    model = Qwen2ForCausalLM(config).float().eval()
    randomise(model, 2)
    plain_config = Qwen2Config(num_hidden_layers=2, rope_parameters={'rope_type': 'default', 'rope_theta': 10000.0}, **SHAPE)
    write_values(folder, 'yarn', model, same_weights(Qwen2ForCausalLM, plain_config, model), first_tokens(2))
    keys = common_keys('qwen2', 'yarn', config) + [
        ('qwen2.rope.freq_base', F32, 10000.0), ('qwen2.rope.scaling.type', STRING, 'yarn'),
        ('qwen2.rope.scaling.factor', F32, 8.0), ('qwen2.rope.scaling.original_context_length', U32, 64),
        ('qwen2.rope.scaling.yarn_beta_fast', F32, 8.0), ('qwen2.rope.scaling.yarn_beta_slow', F32, 1.0)]
    write_gguf(folder / 'yarn.gguf', keys + TOKENIZER, gguf_tensors(model, 'qwen2'))


def make_gemma3(folder):
    kinds = ['sliding_attention', 'sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention',
             'full_attention']
    rope = {'full_attention': {'rope_type': 'linear', 'factor': 8.0, 'rope_theta': 1e6},
            'sliding_attention': {'rope_type': 'default', 'rope_theta': 10000.0}}
    config = Gemma3TextConfig(num_hidden_layers=len(kinds), layer_types=kinds, sliding_window=24,
                              query_pre_attn_scalar=16, rope_parameters=rope, hidden_activation='gelu_pytorch_tanh',
                              **SHAPE)
    model = Gemma3ForCausalLM(config).float().eval()
    randomise(model, 3)
    write_values(folder, 'gemma3', model, None, first_tokens(3))
    keys = common_keys('gemma3', 'gemma3', config) + [
        ('gemma3.rope.freq_base', F32, 1e6), ('gemma3.rope.freq_base_swa', F32, 10000.0),
        ('gemma3.rope.scaling.type', STRING, 'linear'), ('gemma3.rope.scaling.factor', F32, 8.0),
        ('gemma3.attention.sliding_window', U32, 24), ('gemma3.attention.sliding_window_pattern', U32, 3)]
    write_gguf(folder / 'gemma3.gguf', keys + TOKENIZER, gguf_tensors(model, 'gemma3'))


# ---- rotary embedding alone, as real models configure it ----

ROPES = [  # name, head_dim, what transformers is told
    ('plain', 64, {'rope_type': 'default', 'rope_theta': 10000.0}),
    ('linear', 256, {'rope_type': 'linear', 'rope_theta': 1e6, 'factor': 8.0}),
    ('llama3', 128, {'rope_type': 'llama3', 'rope_theta': 500000.0, 'factor': 8.0, 'low_freq_factor': 1.0,
                     'high_freq_factor': 4.0, 'original_max_position_embeddings': 8192}),
    ('llama3-32', 64, {'rope_type': 'llama3', 'rope_theta': 500000.0, 'factor': 32.0, 'low_freq_factor': 1.0,
                       'high_freq_factor': 4.0, 'original_max_position_embeddings': 8192}),
    ('yarn', 128, {'rope_type': 'yarn', 'rope_theta': 1e6, 'factor': 4.0, 'original_max_position_embeddings': 32768}),
    ('yarn-16', 64, {'rope_type': 'yarn', 'rope_theta': 10000.0, 'factor': 16.0, 'beta_fast': 16.0, 'beta_slow': 2.0,
                     'original_max_position_embeddings': 4096}),
]
POSITIONS = [0, 1, 100, 4096, 32767]


def make_rope(folder):
    values, cases = Values(), []
    for n, (name, dim, scaling) in enumerate(ROPES):
        config = LlamaConfig(**(SHAPE | {'head_dim': dim, 'hidden_size': 2 * dim}), rope_parameters=dict(scaling))
        rope = LlamaRotaryEmbedding(config)
        x = torch.randn(dim, generator=torch.Generator().manual_seed(100 + n))
        cos, sin = rope(x[None], torch.tensor([POSITIONS]))
        q = x.expand(1, 1, len(POSITIONS), dim)
        turned, _ = apply_rotary_pos_emb(q, q, cos, sin)
        values.add(f'{name}/frequency', rope.inv_freq.numpy())
        values.add(f'{name}/x', x.numpy())
        values.add(f'{name}/turned', turned[0, 0].numpy())
        cases.append({'name': name, 'dims': dim, 'magnitude': float(rope.attention_scaling)} | scaling)
    values.write(folder / 'rope', cases=cases, positions=POSITIONS)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / 'reference')
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    torch.set_num_threads(2)
    make_rope(folder)
    make_llama3(folder)
    make_yarn(folder)
    make_gemma3(folder)
    print(sum(p.stat().st_size for p in folder.iterdir()), 'bytes in', folder)


if __name__ == '__main__':
    main()

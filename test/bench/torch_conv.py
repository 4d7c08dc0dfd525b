#!/usr/bin/env python3
"""PyTorch baseline of the benchmark ep-batch-conv-mnist (no autograd, cached input drive): EP batches of a convolutional network with
max pooling, prototypical dynamics. What comes down goes through max_unpool2d and conv_transpose2d.
argv: dtype batch T1 T2 seconds [threads] -> prints ms per batch. What a careful PyTorch user would write by hand."""
import os, sys, time
flags = open('/proc/cpuinfo').read()
os.environ.setdefault('OPENBLAS_CORETYPE', 'SKYLAKEX' if 'avx512f' in flags else 'HASWELL' if 'avx2' in flags else '')
threads = sys.argv[6] if len(sys.argv) > 6 else "1"; os.environ["OPENBLAS_NUM_THREADS"] = threads; os.environ["OMP_NUM_THREADS"] = threads
import torch
import torch.nn.functional as F
torch.set_grad_enabled(False); torch.set_num_threads(int(threads))
dt = getattr(torch, sys.argv[1]); B, T1, T2 = map(int, sys.argv[2:5]); sec = float(sys.argv[5])
def draw(*shape, fan): return torch.randn(*shape, dtype=dt) * (0.5 / fan ** 0.5)
W1 = draw(32, 1, 5, 5, fan=25); W2 = draw(64, 32, 5, 5, fan=800); W3 = draw(1024, 10, fan=1024)
b1 = torch.zeros(32, dtype=dt); b2 = torch.zeros(64, dtype=dt); b3 = torch.zeros(10, dtype=dt)
x = torch.rand(B, 1, 28, 28, dtype=dt); y = F.one_hot(torch.randint(0, 10, (B,)), 10).to(dt)
rho = lambda a: torch.sigmoid(4 * (a - 0.5))
up = lambda w, b, u: F.max_pool2d(F.conv2d(u, w, b), 2, return_indices=True)
def relax(S, drive, T, beta):
    for _ in range(T):
        s1, s2, s3 = S
        a2, at = up(W2, b2, s1)
        a1 = drive + F.conv_transpose2d(F.max_unpool2d(s2, at, 2), W2)
        a2 = a2 + (s3 @ W3.t()).view(B, 64, 4, 4)
        a3 = torch.addmm(b3, s2.reshape(B, 1024), W3)
        if beta: a3 = a3 + beta * (y - s3)
        S = [rho(a1), rho(a2), rho(a3)]
    return S
def corr(u, g):
    """Sum over the batch of the correlation of u with g: the gradient of filters, as unfolded products."""
    k = F.unfold(u, 5)                                     # B, in·25, positions
    return torch.einsum('bop,bkp->ok', g.flatten(2), k)
def pairs(S, at1):
    s1, s2, s3 = S
    _, at2 = up(W2, b2, s1)
    return (corr(x, F.max_unpool2d(s1, at1, 2)), corr(s1, F.max_unpool2d(s2, at2, 2)), s2.reshape(B, 1024).t() @ s3)
def batch():
    drive, at1 = up(W1, b1, x)
    S0 = relax([torch.zeros(B, 32, 12, 12, dtype=dt), torch.zeros(B, 64, 4, 4, dtype=dt), torch.zeros(B, 10, dtype=dt)], drive, T1, 0.0)
    S1 = relax(S0, drive, T2, 0.1)
    for W, p, q in zip((W1, W2, W3), pairs(S1, at1), pairs(S0, at1)): W.view(p.shape).add_(p - q, alpha=0.001 / (0.1 * B))
    for b, s, t in zip((b1, b2, b3), S1, S0): b.add_((s - t).flatten(2).sum(2).mean(0) if s.dim() == 4 else (s - t).mean(0), alpha=0.01)
batch(); t = time.time(); k = 0
while time.time() - t < sec: batch(); k += 1
print(f'{(time.time() - t) / k * 1000:.3f}')

// The default plan as a careful C programmer writes it: one trajectory at a time, noise drawn for live clusters only.
// gcc -O3 -march=native -ffast-math -fopenmp scalar.c -o scalar -lm && ./scalar TRAJECTORIES THREADS
// Prints: trajectories per second, P(black belt by 36), P(black belt by 120), P(legacy by 120).
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLUSTERS = 12, HORIZON = 120, MILESTONES = 8, MEGAS = 3, BINS = 1024, NEVER = 1 << 30 };

typedef struct { uint64_t s[4]; double spare; int has_spare; } Rng;

static inline uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t next(Rng *r) {  // xoshiro256++
  uint64_t *s = r->s, out = rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;
  s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotl(s[3], 45);
  return out;
}

static inline double uniform(Rng *r) { return ((next(r) >> 11) + 0.5) * 0x1p-53; }

static inline double normal(Rng *r) {  // Marsaglia's polar method
  if (r->has_spare) { r->has_spare = 0; return r->spare; }
  double x, y, q;
  do { x = 2 * uniform(r) - 1; y = 2 * uniform(r) - 1; q = x * x + y * y; } while (q >= 1 || q == 0);
  q = sqrt(-2 * log(q) / q);
  r->spare = y * q; r->has_spare = 1;
  return x * q;
}

static uint64_t splitmix(uint64_t *x) {
  uint64_t z = (*x += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

static inline double ramp(double x) { x = x < 0 ? 0 : x > 1 ? 1 : x; return x * x * (3 - 2 * x); }

static const double LEVEL[MILESTONES] = {10000, 20000, 30000, 40000, 60000, 60000, 60000, 1e6 / 12};
static const int WINDOW[MILESTONES] = {3, 3, 3, 3, 3, 1, 12, 12};

static void live(Rng *r, int64_t (*histogram)[BINS], int *hit) {
  const double log_variance = log(1.09), sigma = sqrt(log_variance), mu = log(10000) - log_variance / 2;
  double price[CLUSTERS], pace[CLUSTERS], trial[CLUSTERS], y[CLUSTERS], level[CLUSTERS];
  for (int k = 0; k < CLUSTERS; k++) {
    int doomed = next(r) >> 63;
    price[k] = exp(mu + sigma * normal(r)) * (doomed ? .25 : 1);
    pace[k] = 1 / (6 * exp(.5 * normal(r)));
    trial[k] = doomed ? ceil(3 + 6 * uniform(r)) : 1e9;
  }
  double aim[MEGAS], base[MEGAS] = {0}, target[MEGAS];
  int origin[MEGAS], megas = 0, converged = NEVER;
  for (int j = 0; j < MEGAS; j++) aim[j] = 20000 + 30000 * uniform(r);
  double consolidation = 1 / (18 * exp(.3 * normal(r)));
  double waiting = fmax(1, ceil(60 / 0.8929795115692493 * cbrt(-log(uniform(r)))));
  double revenue[HORIZON + 1];
  for (int m = 0; m <= MILESTONES; m++) hit[m] = HORIZON + 1;
  for (int t = 1; t <= HORIZON; t++) {
    double total = 0;
    int launched = (t + 2) / 3 < CLUSTERS ? (t + 2) / 3 : CLUSTERS;
    for (int k = 0; k < launched; k++) {
      int age = t - 3 * k;
      if (converged < t || age > trial[k]) { level[k] = -1; continue; }
      double e = normal(r);
      y[k] = age == 1 ? e : .5 * y[k] + .8660254037844386 * e;
      level[k] = price[k] * ramp(age * pace[k]);
      total += level[k] * exp(.2 * y[k] - .02);
      if (age >= trial[k]) level[k] = -1;
    }
    if (converged < t) {
      double q = ramp((t - converged) * consolidation);
      for (int j = 0; j < megas; j++) {
        double *z = &y[origin[j]];
        *z = .5 * *z + .8660254037844386 * normal(r);
      }
      for (int j = 0; j < megas; j++)
        total += (base[j] + (target[j] - base[j]) * q) * exp(.2 * y[origin[j]] - .02);
    }
    revenue[t] = total;
    int bin = total * (BINS / 400000.);
    histogram[t - 1][bin < BINS ? bin : BINS - 1]++;
    double quarter = t >= 3 ? (revenue[t] + revenue[t - 1] + revenue[t - 2]) / 3 : 0, year = 0;
    if (t >= 12) { for (int q = 0; q < 12; q++) year += revenue[t - q]; year /= 12; }
    for (int m = 0; m < MILESTONES; m++)
      if (hit[m] > HORIZON && (WINDOW[m] == 1 ? total : WINDOW[m] == 3 ? quarter : year) >= LEVEL[m]) hit[m] = t;
    if (hit[4] == t) {
      double sum = 0, top = 0;
      int alive = 0, used[CLUSTERS] = {0};
      for (int k = 0; k < launched; k++) if (level[k] >= 0) { sum += level[k]; alive++; }
      megas = alive < MEGAS ? alive : MEGAS;
      for (int j = 0; j < megas; j++) {
        int best = -1;
        for (int k = 0; k < launched; k++)
          if (!used[k] && level[k] >= 0 && (best < 0 || level[k] > level[best])) best = k;
        used[best] = 1; origin[j] = best; top += level[best];
      }
      for (int j = 0; j < megas; j++) {
        base[j] = level[origin[j]] + (sum - top) / megas;
        target[j] = aim[j] > base[j] ? aim[j] : base[j];
      }
      if (megas) converged = t;
    }
    if (hit[MILESTONES] > HORIZON && converged < t && t - converged >= waiting) hit[MILESTONES] = t;
  }
}

int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 200000;
  int threads = argc > 2 ? atoi(argv[2]) : 1;
  omp_set_num_threads(threads);
  int64_t (*histogram)[BINS] = calloc((size_t)HORIZON * threads, sizeof *histogram), by[MILESTONES + 1][HORIZON + 2];
  memset(by, 0, sizeof by);
  double begin = omp_get_wtime();
  #pragma omp parallel
  {
    int id = omp_get_thread_num();
    int64_t own[MILESTONES + 1][HORIZON + 2];
    memset(own, 0, sizeof own);
    Rng r = {0};
    uint64_t seed = 12345 + id * 7919;
    for (int i = 0; i < 4; i++) r.s[i] = splitmix(&seed);
    #pragma omp for schedule(static)
    for (long i = 0; i < n; i++) {
      int hit[MILESTONES + 1];
      live(&r, histogram + HORIZON * id, hit);
      for (int m = 0; m <= MILESTONES; m++) own[m][hit[m]]++;
    }
    #pragma omp critical
    for (int m = 0; m <= MILESTONES; m++) for (int t = 0; t < HORIZON + 2; t++) by[m][t] += own[m][t];
  }
  double seconds = omp_get_wtime() - begin;
  double belt36 = 0, belt120 = 0, legacy = 0;
  for (int t = 1; t <= HORIZON; t++) {
    belt120 += by[4][t]; legacy += by[8][t];
    if (t <= 36) belt36 += by[4][t];
  }
  printf("%.6g %.4f %.4f %.4f\n", n / seconds, belt36 / n, belt120 / n, legacy / n);
}

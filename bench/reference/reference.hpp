// What the reference simulators share: random numbers, event heap, histogram, and the statistics that the product
// keeps, so that both sides of the ratio do the same work. Hand-written for these workloads; nothing here is general.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

/** xoshiro128** (Blackman and Vigna 2018), seeded through splitmix64. */
class Random {
 public:
  Random(uint64_t seed, uint64_t stream) {
    uint64_t x = seed * 0x9e3779b97f4a7c15ULL + stream * 0xbf58476d1ce4e5b9ULL;
    for (auto& word : state_) {
      x += 0x9e3779b97f4a7c15ULL;
      uint64_t z = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
      word = static_cast<uint32_t>((z ^ (z >> 31)) >> 16) | 1;
    }
  }

  uint32_t word() {
    const uint32_t result = std::rotl(state_[1] * 5, 7) * 9;
    const uint32_t t = state_[1] << 9;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 11);
    return result;
  }

  double uniform() { return (word() * 2097152.0 + (word() >> 11)) / 9007199254740992.0; }

  /** Exponential with mean 1, by a ziggurat of 256 layers; the position takes a second word. */
  double exponential();

 private:
  uint32_t state_[4];
};

struct Ziggurat {
  static constexpr double R = 7.69711747013104972;
  double x[257], f[257], width[256];
  Ziggurat() {
    const double area = 3.949659822581572e-3;
    x[0] = area / std::exp(-R);
    x[1] = R;
    for (int i = 2; i < 256; i++) x[i] = -std::log(area / x[i - 1] + std::exp(-x[i - 1]));
    x[256] = 0;
    for (int i = 0; i <= 256; i++) f[i] = std::exp(-x[i]);
    for (int i = 0; i < 256; i++) width[i] = x[i] / 4294967296.0;
  }
};
inline const Ziggurat ziggurat;

inline double Random::exponential() {
  for (;;) {
    const uint32_t first = word();
    const uint32_t layer = first & 255;
    const double x = (word() + (first >> 8) / 16777216.0) * ziggurat.width[layer];
    if (x < ziggurat.x[layer + 1]) [[likely]] return x;
    if (layer == 0) return Ziggurat::R + exponential();
    const double y = ziggurat.f[layer] + uniform() * (ziggurat.f[layer + 1] - ziggurat.f[layer]);
    if (y < std::exp(-x)) return x;
  }
}

struct Event {
  double time;
  uint32_t sequence;
  uint32_t what;
  bool operator<(const Event& other) const {
    return time < other.time || (time == other.time && sequence < other.sequence);
  }
};

/** Binary heap over (time, sequence). The first event a handler schedules takes the place of the one it came from. */
class Heap {
 public:
  uint32_t schedule(double time, uint32_t what) {
    const Event event{time, sequence_++, what};
    if (isOpen_) {
      isOpen_ = false;
      down(event);
    } else {
      events_.push_back(event);
      up(event);
    }
    return event.sequence;
  }

  /** The earliest event, whose place stays open until the next `schedule` or `next`. */
  const Event next() {
    if (isOpen_) {
      const Event last = events_.back();
      events_.pop_back();
      if (!events_.empty()) down(last);
    }
    isOpen_ = true;
    return events_[0];
  }

 private:
  void up(const Event& event) {
    size_t at = events_.size() - 1;
    while (at > 0) {
      const size_t parent = (at - 1) / 2;
      if (!(event < events_[parent])) break;
      events_[at] = events_[parent];
      at = parent;
    }
    events_[at] = event;
  }

  void down(const Event& event) {
    const size_t size = events_.size();
    size_t at = 0;
    for (size_t child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && events_[child + 1] < events_[child]) child++;
      if (!(events_[child] < event)) break;
      events_[at] = events_[child];
      at = child;
    }
    events_[at] = event;
  }

  std::vector<Event> events_;
  uint32_t sequence_ = 0;
  bool isOpen_ = false;
};

/** 128 buckets an octave from 2^-30 s to 2^24 s, found from the bits of the number. */
class Histogram {
 public:
  void record(double value) {
    counts_[bucketOf(value)]++;
    count_++;
    sum_ += value;
    sumOfSquares_ += value * value;
    max_ = std::max(max_, value);
    min_ = std::min(min_, value);
  }

  double mean() const { return sum_ / count_; }
  uint64_t count() const { return count_; }

  double quantile(double q) const {
    const double rank = std::max(1.0, std::ceil(q * count_));
    double seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      const double here = counts_[bucket];
      if (here > 0 && seen + here >= rank) {
        const double low = edge(bucket);
        return std::clamp(low + (edge(bucket + 1) - low) * ((rank - seen - 0.5) / here), min_, max_);
      }
      seen += here;
    }
    return max_;
  }

  /** Lower edge of the bucket above which at most this share lies; looks from the top, where little is. */
  double tailEdge(double share) const {
    const double most = share * count_;
    double seen = 0;
    int bucket = bucketOf(max_);
    for (; bucket > 0; bucket--) {
      seen += counts_[bucket];
      if (seen > most) break;
    }
    return edge(bucket + 1);
  }

 private:
  static constexpr int SUB = 7, FIRST = 1023 - 30, LAST = 1023 + 24, BUCKETS = ((LAST - FIRST) << SUB) + 2;

  static int bucketOf(double value) {
    const uint32_t high = std::bit_cast<uint64_t>(value) >> 32;
    const int exponent = high >> 20;
    if (!(value > 0) || exponent < FIRST) return 0;
    if (exponent >= LAST) return BUCKETS - 1;
    return 1 + (((exponent - FIRST) << SUB) | ((high >> (20 - SUB)) & ((1 << SUB) - 1)));
  }

  static double edge(int bucket) {
    if (bucket <= 0) return 0;
    const uint64_t index = bucket - 1;
    return std::bit_cast<double>((((index >> SUB) + FIRST) << 52) | ((index & ((1 << SUB) - 1)) << (52 - SUB)));
  }

  std::vector<uint64_t> counts_ = std::vector<uint64_t>(BUCKETS);
  uint64_t count_ = 0;
  double sum_ = 0, sumOfSquares_ = 0, max_ = 0, min_ = INFINITY;
};

constexpr int32_t NONE = -1;

/** Identical servers with one first-come queue, and what is measured of them. */
struct Station {
  int servers;
  int busy = 0, queue = 0, queueMax = 0;
  int32_t head = NONE, tail = NONE;
  double last = 0, busyArea = 0, queueArea = 0, waitTotal = 0, serviceTotal = 0;
  double fullFrom = -1, fullSince = -1;
  uint64_t arrivals = 0, served = 0;
  double sliceBusy = 0, sliceQueue = 0;

  explicit Station(int servers) : servers(servers) {}

  void advance(double now) {
    const double dt = now - last;
    busyArea += busy * dt;
    queueArea += queue * dt;
    last = now;
  }

  /** Counts the arrival; true if a server was free and is taken. */
  bool arrive(double now) {
    advance(now);
    arrivals++;
    if (busy == servers) {
      queueMax = std::max(queueMax, ++queue);
      return false;
    }
    if (++busy == servers) fullFrom = now;
    return true;
  }

  /** Counts the departure; true if somebody waits, who then has the server. */
  bool depart(double now) {
    advance(now);
    served++;
    if (queue > 0) {
      queue--;
      return true;
    }
    if (busy-- == servers && fullSince < 0 && now - fullFrom >= 1) fullSince = fullFrom;
    return false;
  }

  template <class Record>
  void push(std::vector<Record>& records, int32_t record) {
    records[record].next = NONE;
    if (tail == NONE) head = record;
    else records[tail].next = record;
    tail = record;
  }

  template <class Record>
  int32_t pop(std::vector<Record>& records) {
    const int32_t record = head;
    head = records[record].next;
    if (head == NONE) tail = NONE;
    return record;
  }
};

/** Records that are used again; nothing is allocated once the run has found its size. */
template <class Record>
struct Pool {
  std::vector<Record> records;
  std::vector<int32_t> free;
  int32_t take() {
    if (free.empty()) {
      records.emplace_back();
      return static_cast<int32_t>(records.size()) - 1;
    }
    const int32_t record = free.back();
    free.pop_back();
    return record;
  }
  void give(int32_t record) { free.push_back(record); }
  Record& operator[](int32_t record) { return records[record]; }
};

struct Slice {
  double start, responseTimeSum, responseTimeMax;
  uint64_t offered, good, failed, attempts;
  std::vector<double> utilization, queueLength;
};

/** Where time passed, over all good requests and over the slow ones. */
template <int Points>
struct Flow {
  Histogram responseTime;
  double wait[Points] = {}, serve[Points] = {}, slowWait[Points] = {}, slowServe[Points] = {};
  double slowTotal = 0, slowEdge = INFINITY;
  uint64_t offered = 0, failed = 0, attempts = 0, slowCount = 0;
  uint64_t sliceOffered = 0, sliceGood = 0, sliceFailed = 0, sliceAttempts = 0;
  double sliceSum = 0, sliceMax = 0;
  double batches[1024], batchSum = 0;
  int batchCount = 0;
  uint64_t batchSize = 1, inBatch = 0;

  void offer() {
    offered++;
    sliceOffered++;
  }

  void attempt() {
    attempts++;
    sliceAttempts++;
  }

  void fail() {
    failed++;
    sliceFailed++;
  }

  template <class Times>
  void complete(double response, const Times& times) {
    responseTime.record(response);
    for (int p = 0; p < Points; p++) {
      wait[p] += times.wait[p];
      serve[p] += times.serve[p];
    }
    if (response > slowEdge) {
      slowCount++;
      slowTotal += response;
      for (int p = 0; p < Points; p++) {
        slowWait[p] += times.wait[p];
        slowServe[p] += times.serve[p];
      }
    }
    if (responseTime.count() % 512 == 0) slowEdge = responseTime.tailEdge(0.015);
    sliceGood++;
    sliceSum += response;
    sliceMax = std::max(sliceMax, response);
    batch(response);
  }

  /** Up to 1 024 batch means; when there are as many, neighbors are joined. */
  void batch(double response) {
    batchSum += response;
    if (++inBatch < batchSize) return;
    batches[batchCount++] = batchSum / batchSize;
    batchSum = 0;
    inBatch = 0;
    if (batchCount < 1024) return;
    for (int i = 0; i < 512; i++) batches[i] = (batches[2 * i] + batches[2 * i + 1]) / 2;
    batchCount = 512;
    batchSize *= 2;
  }
};

/** A hundred equal slices of the run. */
template <int Points>
struct Series {
  double length, end;
  std::vector<Slice> slices;

  explicit Series(double total) : length(total / 100), end(total / 100) {}

  void close(Flow<Points>& flow, std::vector<Station>& stations) {
    Slice slice{end - length, flow.sliceSum, flow.sliceMax, flow.sliceOffered, flow.sliceGood, flow.sliceFailed,
                flow.sliceAttempts, {}, {}};
    for (auto& station : stations) {
      station.advance(end);
      slice.utilization.push_back((station.busyArea - station.sliceBusy) / (length * station.servers));
      slice.queueLength.push_back((station.queueArea - station.sliceQueue) / length);
      station.sliceBusy = station.busyArea;
      station.sliceQueue = station.queueArea;
    }
    slices.push_back(std::move(slice));
    flow.sliceOffered = flow.sliceGood = flow.sliceFailed = flow.sliceAttempts = 0;
    flow.sliceSum = flow.sliceMax = 0;
    end = length * (slices.size() + 1);
  }
};

inline double cpuSeconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

/** Prints the figures as one line of JSON; `utilization` is that of the stations in `shown`. */
template <int Points>
void print(const Flow<Points>& flow, const std::vector<Station>& stations, int shown, double end, double seconds) {
  uint64_t events = 0;
  double busy = 0, servers = 0, booked = 0, slow = 0;
  for (size_t i = 0; i < stations.size(); i++) {
    events += stations[i].arrivals + stations[i].served;
    if (static_cast<int>(i) >= shown) continue;
    busy += stations[i].busyArea;
    servers += stations[i].servers;
  }
  for (int p = 0; p < Points; p++) {
    booked += flow.wait[p] + flow.serve[p];
    slow += flow.slowWait[p] + flow.slowServe[p];
  }
  const auto& times = flow.responseTime;
  std::printf(
      "{\"completed\":%llu,\"failed\":%llu,\"attempts\":%llu,\"events\":%llu,\"seconds\":%.6f,\"mean\":%.9g,"
      "\"p50\":%.9g,\"p99\":%.9g,\"utilization\":%.9g,\"booked\":%.9g,\"slow_share\":%.6g,\"slow_booked\":%.9g}\n",
      static_cast<unsigned long long>(times.count()), static_cast<unsigned long long>(flow.failed),
      static_cast<unsigned long long>(flow.attempts), static_cast<unsigned long long>(events), seconds, times.mean(),
      times.quantile(0.5), times.quantile(0.99), busy / (servers * end), booked / (times.mean() * times.count()),
      static_cast<double>(flow.slowCount) / times.count(), slow / std::max(flow.slowTotal, 1e-300));
}

/** Command line: workload, seed, simulated seconds. */
struct Arguments {
  const char* workload;
  uint64_t seed;
  double end;
  Arguments(int count, char** values) {
    if (count != 4) {
      std::fprintf(stderr, "usage: %s <workload> <seed> <simulated seconds>\n", values[0]);
      std::exit(2);
    }
    workload = values[1];
    seed = std::strtoull(values[2], nullptr, 10);
    end = std::strtod(values[3], nullptr);
  }
};

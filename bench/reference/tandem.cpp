// W1: one M/M/1 station. W2: five M/M/4 stations in a row. Utilization 0.8, service 10 ms.
#include <cstring>

#include "reference.hpp"

template <int Stages>
struct Request {
  double start, since;
  int32_t next;
  int32_t stage;
  double wait[Stages], serve[Stages];
};

/** `Servers` at each of `Stages` stations; events carry the request, or ARRIVAL. */
template <int Stages, int Servers>
void play(uint64_t seed, double end) {
  constexpr uint32_t ARRIVAL = 0xffffffff;
  constexpr double SERVICE = 0.01, RATE = 0.8 * Servers / SERVICE;
  const double began = cpuSeconds();
  std::vector<Station> stations(Stages, Station(Servers));
  std::vector<Random> work;
  for (int i = 0; i < Stages; i++) work.emplace_back(seed, i + 1);
  Random arrivals(seed, 0);
  Pool<Request<Stages>> pool;
  Flow<Stages> flow;
  Series<Stages> series(end);
  Heap heap;

  auto serve = [&](double now, int32_t id, int stage) {
    const double service = SERVICE * work[stage].exponential();
    pool[id].serve[stage] = service;
    stations[stage].serviceTotal += service;
    heap.schedule(now + service, id);
  };
  auto arrive = [&](double now, int32_t id, int stage) {
    auto& request = pool[id];
    request.stage = stage;
    request.since = now;
    request.wait[stage] = 0;
    if (stations[stage].arrive(now)) serve(now, id, stage);
    else stations[stage].push(pool.records, id);
  };

  heap.schedule(arrivals.exponential() / RATE, ARRIVAL);
  for (;;) {
    const Event event = heap.next();
    const double now = event.time;
    while (now >= series.end && series.slices.size() < 100) series.close(flow, stations);
    if (now >= end) break;
    if (event.what == ARRIVAL) {
      heap.schedule(now + arrivals.exponential() / RATE, ARRIVAL);
      const int32_t id = pool.take();
      pool[id].start = now;
      flow.offer();
      arrive(now, id, 0);
      continue;
    }
    const int32_t id = static_cast<int32_t>(event.what);
    const int stage = pool[id].stage;
    Station& station = stations[stage];
    if (station.depart(now)) {
      const int32_t waiting = station.pop(pool.records);
      const double waited = now - pool[waiting].since;
      pool[waiting].wait[stage] = waited;
      station.waitTotal += waited;
      serve(now, waiting, stage);
    }
    if (stage + 1 < Stages) {
      arrive(now, id, stage + 1);
    } else {
      flow.complete(now - pool[id].start, pool[id]);
      pool.give(id);
    }
  }
  print(flow, stations, Stages, end, cpuSeconds() - began);
}

int main(int count, char** values) {
  const Arguments arguments(count, values);
  if (std::strcmp(arguments.workload, "w1") == 0) play<1, 1>(arguments.seed, arguments.end);
  else play<5, 4>(arguments.seed, arguments.end);
}

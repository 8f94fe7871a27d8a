// W3: round robin over 4 instances of 8 workers, held during a cache and, on a miss, a store; impatient clients that
// try again while what they gave up on runs on.
#include "reference.hpp"

constexpr int INSTANCES = 4, WORKERS = 8, CACHE = 4, STORE = 5;
constexpr double RATE = 8000, WORK = 0.002, CACHE_WORK = 0.0003, HITS = 0.9, STORE_WORK = 0.008;
constexpr double TIMEOUT = 0.03, BACKOFF = 0.01;
constexpr int RETRIES = 2;

/** Points: worker (wait and work), cache, store, and the time that failed attempts took. */
enum Point { WORKER_POINT, CACHE_POINT, STORE_POINT, RETRY_POINT, POINTS };
/** What an event means, in its two lowest bits; the rest is the number of the attempt or the client. */
enum Kind : uint32_t { DONE, TIMED_OUT, RETRY, ARRIVAL };

struct Client {
  double start;
  int32_t attempt;
  int32_t tries;
  uint32_t timer;
};

struct Attempt {
  double start, since;
  int32_t next, client;
  int16_t instance, stage;
  double wait[POINTS], serve[POINTS];
};

struct Simulation {
  std::vector<Station> stations;
  Random arrivals, work, cacheWork, storeWork, hits, jitter;
  Pool<Client> clients;
  Pool<Attempt> attempts;
  Flow<POINTS> flow;
  Series<POINTS> series;
  Heap heap;
  int turn = 0;
  double now = 0;

  Simulation(uint64_t seed, double end)
      : arrivals(seed, 0), work(seed, 1), cacheWork(seed, 2), storeWork(seed, 3), hits(seed, 4), jitter(seed, 5),
        series(end) {
    for (int i = 0; i < INSTANCES; i++) stations.emplace_back(WORKERS);
    stations.emplace_back(64);
    stations.emplace_back(16);
  }

  void play(double end) {
    heap.schedule(arrivals.exponential() / RATE, ARRIVAL);
    for (;;) {
      const Event event = heap.next();
      now = event.time;
      while (now >= series.end && series.slices.size() < 100) series.close(flow, stations);
      if (now >= end) return;
      const int32_t id = static_cast<int32_t>(event.what >> 2);
      switch (event.what & 3) {
        case DONE: done(id); break;
        case TIMED_OUT: timeOut(id, event.sequence); break;
        case RETRY: attempt(id); break;
        default: arrival(); break;
      }
    }
  }

  void arrival() {
    heap.schedule(now + arrivals.exponential() / RATE, ARRIVAL);
    const int32_t id = clients.take();
    clients[id].start = now;
    clients[id].tries = 0;
    flow.offer();
    attempt(id);
  }

  void attempt(int32_t clientId) {
    const int32_t id = attempts.take();
    Attempt& attempt = attempts[id];
    attempt = {now, now, NONE, clientId, static_cast<int16_t>(turn), 0, {}, {}};
    turn = (turn + 1) % INSTANCES;
    flow.attempt();
    Client& client = clients[clientId];
    client.attempt = id;
    client.timer = heap.schedule(now + TIMEOUT, static_cast<uint32_t>(clientId) << 2 | TIMED_OUT);
    arrive(id, attempt.instance);
  }

  void arrive(int32_t id, int index) {
    attempts[id].since = now;
    if (stations[index].arrive(now)) serve(id, index);
    else stations[index].push(attempts.records, id);
  }

  void serve(int32_t id, int index) {
    const bool isWorker = index < INSTANCES;
    const int point = isWorker ? WORKER_POINT : index == CACHE ? CACHE_POINT : STORE_POINT;
    const double service = isWorker         ? WORK * work.exponential()
                           : index == CACHE ? CACHE_WORK * cacheWork.exponential()
                                            : STORE_WORK * storeWork.exponential();
    Attempt& attempt = attempts[id];
    const double waited = now - attempt.since;
    attempt.stage = static_cast<int16_t>(point);
    attempt.wait[point] = waited;
    attempt.serve[point] = service;
    stations[index].waitTotal += waited;
    stations[index].serviceTotal += service;
    heap.schedule(now + service, static_cast<uint32_t>(id) << 2 | DONE);
  }

  void leave(int index) {
    if (stations[index].depart(now)) serve(stations[index].pop(attempts.records), index);
  }

  void done(int32_t id) {
    switch (attempts[id].stage) {
      case WORKER_POINT: arrive(id, CACHE); return;
      case CACHE_POINT:
        leave(CACHE);
        if (hits.uniform() >= HITS) arrive(id, STORE);
        else reply(id);
        return;
      default:
        leave(STORE);
        reply(id);
    }
  }

  void reply(int32_t id) {
    Attempt& attempt = attempts[id];
    const int32_t clientId = attempt.client;
    leave(attempt.instance);
    if (clientId != NONE) {
      Client& client = clients[clientId];
      attempt.serve[RETRY_POINT] = attempt.start - client.start;
      flow.complete(now - client.start, attempt);
      client.timer = 0xffffffff;
      clients.give(clientId);
    }
    attempts.give(id);
  }

  /** The attempt runs on, and nobody waits for it. A timer whose number the client no longer knows is stale. */
  void timeOut(int32_t clientId, uint32_t timer) {
    Client& client = clients[clientId];
    if (client.timer != timer) return;
    attempts[client.attempt].client = NONE;
    client.timer = 0xffffffff;
    if (client.tries == RETRIES) {
      flow.fail();
      clients.give(clientId);
      return;
    }
    const double pause = BACKOFF * (1 << client.tries++) * (0.5 + jitter.uniform());
    heap.schedule(now + pause, static_cast<uint32_t>(clientId) << 2 | RETRY);
  }
};

int main(int count, char** values) {
  const Arguments arguments(count, values);
  const double began = cpuSeconds();
  Simulation simulation(arguments.seed, arguments.end);
  simulation.play(arguments.end);
  print(simulation.flow, simulation.stations, INSTANCES, arguments.end, cpuSeconds() - began);
}

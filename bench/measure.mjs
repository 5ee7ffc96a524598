// Runs one workload on both servers in turn and sums up. Turns alternate, and so
// does who begins, so that a machine that slows down slows both.

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function quantiles(latencies) {
  const sorted = Float64Array.from(latencies).sort();
  return { p50_ms: percentile(sorted, 0.5), p99_ms: percentile(sorted, 0.99) };
}

/**
 * `units` is how much work one request is: 1, or the rows of a batch. The CPU time
 * that a server used for the same work is told beside its rate: it says the same
 * where the machine is quiet, and more where it is not. `tidy` of a side takes away
 * between two turns what one of them left.
 */
export async function compare(ours, floor, { rounds, seconds, units = 1 }) {
  const sides = [
    { ...ours, rates: [], costs: [], latencies: [] },
    { ...floor, rates: [], costs: [], latencies: [] },
  ];
  let busiest = 0;
  for (const side of sides) {
    await side.connections.drive(seconds / 2, side.work);
    await side.tidy?.();
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 ? sides.toReversed() : sides) {
      const cpu = side.cpuSeconds();
      const turn = await side.connections.drive(seconds, side.work);
      side.costs.push((side.cpuSeconds() - cpu) / turn.count);
      side.rates.push((turn.count * units) / turn.elapsed);
      for (const latency of turn.latencies) side.latencies.push(latency);
      busiest = Math.max(busiest, turn.cpu);
      await side.tidy?.();
    }
  }
  const ratios = sides[0].rates.map((rate, round) => rate / sides[1].rates[round]);
  const cpuRatios = sides[1].costs.map((cost, round) => cost / sides[0].costs[round]);
  return {
    ours_rps: rounded(median(sides[0].rates)),
    floor_rps: rounded(median(sides[1].rates)),
    ratio: round3(median(ratios)),
    ratio_min: round3(Math.min(...ratios)),
    ratio_max: round3(Math.max(...ratios)),
    cpu_ratio: round3(median(cpuRatios)),
    ours_cpu_us: Math.round(median(sides[0].costs) * 1e6),
    floor_cpu_us: Math.round(median(sides[1].costs) * 1e6),
    ours: quantiles(sides[0].latencies),
    floor: quantiles(sides[1].latencies),
    generator_cpu: round3(busiest),
  };
}

const rounded = (rate) => (rate < 100 ? Math.round(rate * 10) / 10 : Math.round(rate));

export const round3 = (value) => Math.round(value * 1000) / 1000;

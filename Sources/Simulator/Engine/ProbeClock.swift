import Balancer
import BoxModel

/// When each box is looked at, and what is seen.
struct ProbeClock {
    private(set) var times: WakeTable
    private var random: RandomSource
    private let interval: Double
    private let tags: [KnownTag]
    private let names: [String]
    private let sizes: [Int]
    /// Boxes whose tags are known to whoever asks.
    private var isListed: [Bool]

    init(_ pool: SimulatedPool, seed: UInt64) {
        times = WakeTable(count: pool.boxes.count)
        random = RandomSource(seed: seed ^ 0x7072_6F62_6573)
        interval = Double(pool.probeInterval.nanoseconds)
        names = pool.models.map(\.name)
        sizes = pool.models.map(\.sizeBytes)
        tags = zip(names, sizes).map { KnownTag(name: $0, digest: "", size: Int64($1), isRemote: false) }
        isListed = Array(repeating: false, count: pool.boxes.count)
        for box in pool.boxes.indices { times[box] = Int64(random.unit() * 0.1 * interval) }
    }

    /// One look at a box; the next is due an interval later, give or take a tenth.
    mutating func probe(_ box: Int, of fleet: BoxFleet, at now: Int64) -> ProbeReport {
        times[box] = now + Int64(interval * (0.9 + 0.2 * random.unit()))
        var report = ProbeReport(
            instance: InstanceID(index: box), at: Moment(nanoseconds: now), latency: .milliseconds(1),
            result: .reachable, version: nil, tags: nil, loaded: nil)
        guard fleet.health[box] == .well else {
            isListed[box] = false
            report.result = .unreachable(
                reason: fleet.health[box] == .dead ? "connection refused" : "no answer in 2 s")
            return report
        }
        // All tags only once: nothing changes on these disks.
        if !isListed[box] { report.tags = tags }
        isListed[box] = true
        report.loaded = fleet.boxes[box].residentModels.map { resident in
            LoadedModel(
                model: names[resident.model], contextLength: resident.context, size: Int64(resident.bytes),
                sizeVRAM: Int64(resident.cardBytes), expiresAt: "")
        }
        return report
    }

    /// Somebody wants to know now.
    mutating func hasten(_ box: Int, at now: Int64) {
        times[box] = min(times[box], now + 1_000_000)
    }
}

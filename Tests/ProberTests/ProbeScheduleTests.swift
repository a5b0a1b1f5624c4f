import Balancer
import Prober
import Testing

@Suite struct ProbeScheduleTests {
    private let settings = ProbeSettings(interval: .seconds(5), timeout: .seconds(2), fall: 3, rise: 2)

    private func at(_ duration: Duration) -> Moment { Moment.zero + duration }

    /// Runs every probe for as long as `takes` says and answers what `up` says, until `end`; the starts of each instance.
    private func run(
        _ schedule: inout ProbeSchedule, count: Int, until end: Moment, takes: Duration = .milliseconds(1),
        up: (Int, Moment) -> Bool = { _, _ in true }
    ) -> [[Moment]] {
        var starts = [[Moment]](repeating: [], count: count)
        var running: [(position: Int, ends: Moment)] = []
        while true {
            let next = min(running.map(\.ends).min() ?? .never, schedule.nextDue ?? .never)
            guard next <= end else { return starts }
            for probe in running.filter({ $0.ends <= next }) {
                schedule.finished(probe.position, up: up(probe.position, next), at: next)
            }
            running.removeAll { $0.ends <= next }
            for position in schedule.start(at: next) {
                #expect(!running.contains { $0.position == position }, "two probes of one instance at once")
                starts[position].append(next)
                running.append((position, next + takes))
            }
        }
    }

    private func gaps(_ moments: [Moment]) -> [Duration] { zip(moments.dropFirst(), moments).map { $0 - $1 } }

    @Test func `a small pool is asked at once`() {
        var schedule = ProbeSchedule(count: 3, settings: settings, seed: 1, at: at(.seconds(9)))
        #expect(schedule.nextDue == at(.seconds(9)))
        #expect(schedule.start(at: at(.seconds(9))) == [0, 1, 2])
        #expect(schedule.nextDue == nil)
    }

    @Test func `a large pool is asked within one interval, a few at a time`() {
        var schedule = ProbeSchedule(count: 1_000, settings: settings, seed: 1, at: .zero)
        var started = 0
        for step in 0..<200 {
            let positions = schedule.start(at: at(.milliseconds(25 * step)))
            #expect(positions.count <= 11)
            started += positions.count
        }
        #expect(started == 1_000)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `instances that stay up are asked once an interval, give or take a tenth`(seed: UInt64) {
        var schedule = ProbeSchedule(count: 50, settings: settings, seed: seed, at: .zero)
        for starts in run(&schedule, count: 50, until: at(.seconds(300))) {
            // The first gaps bring the rise about and spread the phases.
            for gap in gaps(starts).dropFirst(3) {
                #expect(
                    gap >= .milliseconds(4_500) - ProbeSchedule.slack && gap <= .milliseconds(5_500), "seed \(seed)")
            }
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `phases spread over the interval and stay spread`(seed: UInt64) {
        var schedule = ProbeSchedule(count: 1_000, settings: settings, seed: seed, at: .zero)
        let starts = run(&schedule, count: 1_000, until: at(.seconds(40)))
        var perTenth = [Int](repeating: 0, count: 401)
        for moment in starts.joined() { perTenth[Int(moment.seconds * 10)] += 1 }
        // 20 are due in a tenth of a second; chance alone seldom doubles that.
        #expect(perTenth[200..<400].max()! < 50, "seed \(seed)")
        #expect(perTenth[200..<400].min()! > 2, "seed \(seed)")
    }

    @Test func `the same seed gives the same starts`() {
        var one = ProbeSchedule(count: 20, settings: settings, seed: 7, at: .zero)
        var two = one
        #expect(
            run(&one, count: 20, until: at(.seconds(60))) == run(&two, count: 20, until: at(.seconds(60))))
    }

    @Test func `never two probes of one instance at once, however long they take`() {
        var schedule = ProbeSchedule(count: 5, settings: settings, seed: 3, at: .zero)
        let starts = run(&schedule, count: 5, until: at(.seconds(300)), takes: .seconds(12))
        for gap in starts.flatMap(gaps) { #expect(gap >= .seconds(12)) }
    }

    @Test func `an instance that fails is soon asked again until it counts as down`() {
        var schedule = ProbeSchedule(count: 1, settings: settings, seed: 1, at: .zero)
        let died = at(.seconds(60))
        let starts = run(&schedule, count: 1, until: at(.seconds(120))) { _, now in now < died }[0]
        let failed = starts.filter { $0 >= died }
        // Three in a row are needed: the second and third come after a second each, not after five.
        #expect(gaps(failed).prefix(2).allSatisfy { $0 == .seconds(1) })
        // Then half the interval, for as long as it is down.
        for gap in gaps(failed).dropFirst(2) {
            #expect(gap >= .milliseconds(2_250) - ProbeSchedule.slack && gap <= .milliseconds(2_750))
        }
    }

    @Test func `an instance that comes back is soon believed`() {
        var schedule = ProbeSchedule(count: 1, settings: settings, seed: 1, at: .zero)
        let back = at(.seconds(60))
        let starts = run(&schedule, count: 1, until: at(.seconds(120))) { _, now in now >= back }[0]
        let good = starts.filter { $0 >= back }
        #expect(good[0] - back <= .milliseconds(2_750))
        #expect(good[1] - good[0] == .seconds(1))
        #expect(good[2] - good[1] >= .milliseconds(4_480))
    }

    @Test func `a flapping instance is asked at most once a second`() {
        var schedule = ProbeSchedule(count: 1, settings: settings, seed: 1, at: .zero)
        var flips = 0
        let starts = run(&schedule, count: 1, until: at(.seconds(60))) { _, _ in
            flips += 1
            return flips.isMultiple(of: 2)
        }[0]
        #expect(starts.count <= 61)
    }

    @Test func `asking any number of times makes one probe`() {
        var schedule = ProbeSchedule(count: 1, settings: settings, seed: 1, at: .zero)
        #expect(schedule.start(at: .zero) == [0])
        schedule.finished(0, up: true, at: at(.milliseconds(5)))
        for _ in 0..<10 { schedule.hurry(0, at: at(.milliseconds(300))) }
        #expect(schedule.nextDue == at(.milliseconds(300)))
        #expect(schedule.start(at: at(.milliseconds(300))) == [0])
        #expect(schedule.start(at: at(.milliseconds(300))).isEmpty)
    }

    @Test func `asking during a probe makes one more after it, a fifth of a second apart`() {
        var schedule = ProbeSchedule(count: 1, settings: settings, seed: 1, at: .zero)
        #expect(schedule.start(at: .zero) == [0])
        for _ in 0..<10 { schedule.hurry(0, at: at(.milliseconds(1))) }
        #expect(schedule.nextDue == nil)
        schedule.finished(0, up: true, at: at(.milliseconds(5)))
        #expect(schedule.nextDue == at(.milliseconds(200)))
        #expect(schedule.start(at: at(.milliseconds(200))) == [0])
        schedule.finished(0, up: true, at: at(.milliseconds(205)))
        #expect(schedule.nextDue! > at(.milliseconds(900)))
    }

    @Test func `someone who asks without end gets five probes a second`() {
        var schedule = ProbeSchedule(count: 1, settings: settings, seed: 1, at: .zero)
        var probes = 0
        for millisecond in 0..<10_000 {
            let now = at(.milliseconds(millisecond))
            schedule.hurry(0, at: now)
            for position in schedule.start(at: now) {
                probes += 1
                schedule.finished(position, up: true, at: now)
            }
        }
        #expect(probes == 50)
    }

    @Test func `an empty pool has nothing due`() {
        var schedule = ProbeSchedule(count: 0, settings: settings, seed: 1, at: .zero)
        #expect(schedule.nextDue == nil)
        #expect(schedule.start(at: .zero).isEmpty)
    }
}

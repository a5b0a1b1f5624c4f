import Balancer
import Testing

@testable import Prober

/// Instances that come and go while the prober works.
@Suite struct ProbeRosterTests {
    private let settings = ProbeSettings(interval: .seconds(5), timeout: .seconds(2), fall: 3, rise: 2)

    private func target(_ index: Int, _ host: String? = nil) -> ProbeTarget {
        ProbeTarget(
            instance: InstanceID(index: index), name: "box-\(index)", baseURL: "http://\(host ?? "box-\(index)"):11434",
            authorization: nil)
    }

    private func rig(_ count: Int) -> (ProbeRoster, ProbeSchedule) {
        (
            ProbeRoster((0..<count).map { target($0) }, settings),
            ProbeSchedule(count: count, settings: settings, seed: 1, at: .zero)
        )
    }

    @Test func `those that stay keep their times, and one that is new is due at once`() {
        var (roster, schedule) = rig(2)
        let begun = schedule.start(at: .zero)
        for position in begun { schedule.finished(position, up: true, at: .zero) }
        let due = schedule.nextDue
        let now = Moment.zero + .milliseconds(10)
        roster.use([target(0), target(1)], settings, &schedule, at: now)
        #expect(schedule.nextDue == due && schedule.start(at: now).isEmpty)
        roster.use([target(0), target(1), target(7)], settings, &schedule, at: now)
        #expect(schedule.start(at: now) == [2] && roster.position(of: InstanceID(index: 7)) == 2)
    }

    @Test func `one that is left out is not probed, and its last probe is nobody's`() {
        var (roster, schedule) = rig(2)
        #expect(schedule.start(at: .zero) == [0, 1])
        roster.use([target(0)], settings, &schedule, at: .zero)
        #expect(roster.position(of: InstanceID(index: 1)) == nil && !schedule.isOn(1))
        // Its position is not free while its probe runs.
        roster.use([target(0), target(5)], settings, &schedule, at: .zero)
        #expect(roster.position(of: InstanceID(index: 5)) == 2)
        schedule.finished(1, up: true, at: .zero)
        roster.use([target(0), target(5), target(6)], settings, &schedule, at: .zero)
        #expect(roster.position(of: InstanceID(index: 6)) == 1 && schedule.isOn(1))
    }

    @Test func `another box at an instance's position is another target`() {
        var (roster, schedule) = rig(1)
        #expect(schedule.start(at: .zero) == [0])
        roster.use([target(0, "elsewhere")], settings, &schedule, at: .zero)
        #expect(roster.position(of: InstanceID(index: 0)) == 1 && !schedule.isOn(0))
        #expect(roster.targets[1].baseURL == "http://elsewhere:11434")
    }

    @Test func `another key is the same target`() {
        var (roster, schedule) = rig(1)
        var other = target(0)
        other.authorization = "Bearer new"
        roster.use([other], settings, &schedule, at: .zero)
        #expect(roster.position(of: InstanceID(index: 0)) == 0 && roster.targets[0].authorization == "Bearer new")
    }
}

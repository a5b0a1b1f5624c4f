import Balancer

/// The instances that are probed, by their positions in the schedule, with what is known of each.
struct ProbeRoster {
    private(set) var targets: [ProbeTarget]
    private(set) var settings: ProbeSettings
    var knowledge: [InstanceKnowledge]
    private var positions: [InstanceID: Int]

    init(_ targets: [ProbeTarget], _ settings: ProbeSettings) {
        self.targets = targets
        self.settings = settings
        knowledge = Array(repeating: InstanceKnowledge(), count: targets.count)
        positions = Dictionary(uniqueKeysWithValues: targets.enumerated().map { ($1.instance, $0) })
    }

    /// Nil for an instance that is not probed.
    func position(of instance: InstanceID) -> Int? { positions[instance] }

    /// These are probed from now on, and no others.
    mutating func use(
        _ wanted: [ProbeTarget], _ settings: ProbeSettings, _ schedule: inout ProbeSchedule, at now: Moment
    ) {
        self.settings = settings
        schedule.use(settings)
        let former = positions
        positions = [:]
        var added: [ProbeTarget] = []
        for target in wanted {
            if let position = former[target.instance], targets[position].isSamePlace(as: target) {
                targets[position] = target
                positions[target.instance] = position
            } else {
                added.append(target)
            }
        }
        for (instance, position) in former where positions[instance] != position { schedule.remove(position) }
        for target in added {
            let position = schedule.add(at: now)
            if position < targets.count {
                (targets[position], knowledge[position]) = (target, InstanceKnowledge())
            } else {
                targets.append(target)
                knowledge.append(InstanceKnowledge())
            }
            positions[target.instance] = position
        }
    }
}

extension ProbeTarget {
    /// Whether what is known of one is known of the other.
    fileprivate func isSamePlace(as other: ProbeTarget) -> Bool {
        instance == other.instance && baseURL == other.baseURL && address == other.address && kind == other.kind
    }
}

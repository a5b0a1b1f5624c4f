/// Instances and deployments that come and go.
extension Forecast {
    /// An instance was left out: it is nobody's place for a model any more.
    mutating func leaveOut(_ instance: Int) {
        var cursor = instances[instance].firstPlacement
        while cursor >= 0 {
            if placements[Int(cursor)].residency != .absent { setResidency(Int(cursor), .absent, at: 0) }
            cursor = placements[Int(cursor)].next
        }
    }

    /// Another instance begins at a position. Nothing runs there.
    mutating func resetInstance(_ instance: Int, isProbed: Bool, memory: Int?) {
        var cursor = instances[instance].firstPlacement
        while cursor >= 0 {
            let placement = Int(cursor)
            cursor = placements[placement].next
            forget(placement)
        }
        instances[instance] = Instance(isAlwaysReady: !isProbed, memory: memory)
        loadChecks[instance] = nil
    }

    /// A deployment begins at a position; behind the others, or where another one was.
    mutating func putDeployment(_ position: Int, on instance: Int, tag: String, slots: Int?) {
        addDeployment(on: instance, tag: tag, slots: slots)
        guard position < placementOf.count - 1 else { return }
        placementOf[position] = placementOf.removeLast()
    }

    /// Another number of slots is known of a deployment's placement.
    mutating func use(slots: Int?, on deployment: Int) {
        placements[Int(placementOf[deployment])].slots = SlotBelief(configured: slots)
    }

    /// Another amount of memory is known of an instance.
    mutating func use(memory: Int?, on instance: Int) {
        instances[instance].memory = MemoryBelief(configured: memory)
        changed(instance)
    }

    /// What was measured there counts for nobody, and the place may be another's.
    private mutating func forget(_ placement: Int) {
        let (instance, tag) = (Int(placements[placement].instance), Int(placements[placement].tag))
        if placements[placement].residency != .absent { setResidency(placement, .absent, at: 0) }
        tags[tag].figures.replace(placements[placement].told, with: Figures.unknown)
        withdraw(placements[placement].told)
        placements[placement] = Placement(
            instance: Int32(instance), tag: Int32(tag), slots: SlotBelief(configured: nil))
        memories[placement] = []
        freePlacements.append(Int32(placement))
    }
}

/// What one instance shows of itself says something of others that are like it.
///
/// The slots are a setting of the server (OLLAMA_NUM_PARALLEL): the models on an instance have as many, and where nothing is
/// known of any, so do instances that read and write as fast, since equal boxes are mostly set up alike. So is their memory.
extension Forecast {
    /// Speeds within this factor of each other are alike.
    private static let alike = 1.25
    /// An instance that knows nothing of itself looks at others with every so many answers, and with the next when they have news.
    private static let looksEvery: Int32 = 8

    /// A run has taught something of its placement's slots.
    mutating func shareSlots(of placement: Int, since before: SlotBelief.Likeness) {
        let instance = Int(placements[placement].instance)
        let shown = placements[placement].slots.shown
        if shown != before {
            tellSlots(of: instance)
            hastenLooks(at: instance)
        }
        guard instances[instance].slots.count == 0 else { return }
        instances[instance].answers &+= 1
        if instances[instance].answers % Self.looksEvery == 1 { tellSlots(of: instance) }
    }

    /// An instance has news for those of its like that know nothing.
    private mutating func hastenLooks(at instance: Int) {
        let figures = instances[instance].figures
        for other in instances.indices
        where other != instance && instances[other].slots.count == 0
            && figures.isAlike(instances[other].figures, within: Self.alike)
        {
            instances[other].answers = 0
        }
    }

    /// Tells the placements of an instance what it shows, or where it shows nothing what its like does.
    mutating func tellSlots(of instance: Int) {
        var own = SlotBelief.Likeness()
        eachPlacement(of: instance) { forecast, placement in
            own = own.joined(forecast.placements[placement].slots.shown)
        }
        instances[instance].slots = own
        if own.count == 0 {
            for other in instances.indices
            where other != instance && instances[other].slots != SlotBelief.Likeness()
                && instances[instance].figures.isAlike(instances[other].figures, within: Self.alike)
            {
                own = own.joined(instances[other].slots)
            }
        }
        eachPlacement(of: instance) { $0.placements[$1].slots.likeness = own }
    }

    /// A look at an instance's memory has taught something, or may find out what others have learned before its speed was known.
    mutating func shareMemory(of instance: Int, since before: MemoryBelief.Bounds) {
        let own = instances[instance].memory.own
        let isNews = own != before
        guard isNews || instances[instance].memory.isBlank else { return }
        let figures = instances[instance].figures
        for other in instances.indices
        where other != instance && figures.isAlike(instances[other].figures, within: Self.alike) {
            if isNews {
                instances[other].memory.hear(own)
                changed(other)
            } else {
                instances[instance].memory.hear(instances[other].memory.own)
            }
        }
    }

    /// One more than its slots was sent to an instance: that says something of all its models.
    mutating func beganTrial(on instance: Int, at now: Double) {
        eachPlacement(of: instance) { $0.placements[$1].slots.beganTrial(at: now) }
    }

    private mutating func eachPlacement(of instance: Int, _ body: (inout Forecast, Int) -> Void) {
        var cursor = instances[instance].firstPlacement
        while cursor >= 0 {
            body(&self, Int(cursor))
            cursor = placements[Int(cursor)].next
        }
    }
}

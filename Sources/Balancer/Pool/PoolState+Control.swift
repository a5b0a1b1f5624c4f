extension PoolState {
    /// Takes note of a probe, and of when bytes of an answer last came from there.
    package mutating func observe(
        _ report: ProbeReport, heard: Moment? = nil, unixSeconds: Double, at now: Moment
    ) {
        let instance = report.instance.index
        guard instances.indices.contains(instance), !instances[instance].isGone else { return }
        instances[instance].isProbeAsked = false
        if let heard { instanceRecords[instance].silence.spoke(at: heard) }
        var failure: String?
        switch report.result {
        case .reachable:
            instanceRecords[instance].silence.spoke(at: report.at)
            passed(instance, at: now)
        case .unreachable(let reason):
            failure = reason
            if !isAtWork(instance, report) { missed(instance, reason, at: now) }
        }
        instanceRecords[instance].lastProbe = PoolSnapshot.Probe(
            at: CalendarTime.iso8601(unixSeconds: unixSeconds), ok: failure == nil,
            latencyMilliseconds: Rounded.thousandths(report.latency.inSeconds * 1000), error: failure)
        observeAnswers(on: instance, seen: report.at)
        if let version = report.version { instanceRecords[instance].version = version }
        if let loaded = report.loaded {
            instanceRecords[instance].loaded = loaded
            observeContexts(loaded, on: instance, seen: report.at)
            observeResidents(loaded, on: instance, seen: report.at)
            forecast?.observe(loaded, on: instance, seen: report.at.seconds, at: now.seconds)
        }
        if let tags = report.tags { learnTags(instance, tags) }
        changed(instance, at: now)
    }

    /// Whether a probe without an answer says nothing, since the instance may have one thread, which works.
    private mutating func isAtWork(_ instance: Int, _ report: ProbeReport) -> Bool {
        guard report.isSilence, instanceRecords[instance].spec.mayFallSilent else {
            instanceRecords[instance].silence.broke()
            return false
        }
        guard case .up = instances[instance].reach else { return false }
        var usual: Double?
        var cursor = first(on: instance)
        while let deployment = cursor {
            if deployments[deployment].inFlight > 0, let seconds = deployments[deployment].duration.value {
                usual = max(usual ?? 0, seconds)
            }
            cursor = next(after: deployment)
        }
        return instanceRecords[instance].silence.isWork(
            has: instances[instance].inFlight > 0, usual: usual.map { .seconds($0) }, probe: report.latency,
            at: report.at)
    }

    /// Takes an instance out or puts it back; nil when there is none of this name.
    package mutating func setDraining(_ draining: Bool, _ name: String, at now: Moment) -> Int? {
        let named = instances.indices.first { !instances[$0].isGone && instanceRecords[$0].spec.name == name }
        guard let instance = named else { return nil }
        guard instances[instance].isDraining != draining else { return instance }
        instances[instance].isDraining = draining
        note(draining ? .drained(place(instance)) : .undrained(place(instance)))
        changed(instance, at: now)
        return instance
    }

    private mutating func passed(_ instance: Int, at now: Moment) {
        instances[instance].badProbes = 0
        if instances[instance].goodProbes < settings.rise { instances[instance].goodProbes += 1 }
        instances[instance].isUnproven = false
        var isBack = false
        // A refused connection had opened it, and the instance has just accepted one.
        if instances[instance].breaker.reset() != nil {
            note(.recovered(place(instance)))
            isBack = true
        }
        switch instances[instance].reach {
        case .up: break
        case .unknown: instances[instance].reach = .up
        case .down:
            guard instances[instance].goodProbes >= settings.rise else { break }
            instances[instance].reach = .up
            instanceRecords[instance].downReason = ""
            note(.cameUp(place(instance)))
            isBack = true
        }
        if isBack {
            forecast?.cameBack(instance, at: now.seconds)
            forgetContexts(on: instance)
        }
        var cursor = first(on: instance)
        while let deployment = cursor {
            deployments[deployment].breaker.recordGoodProbe()
            let breaker = deployments[deployment].breaker
            if isBack {
                // It may have been restarted or mended: what it took before says nothing.
                forgetLatency(deployment, at: now)
                beginComeback(deployment, isProven: false, at: now)
                histories[deployment].proofDue = now
                histories[deployment].leftInRow = 0
                forgetResidence(deployment)
            } else if histories[deployment].isDoubted && breaker.isClosed && breaker.goodProbes >= settings.rise {
                histories[deployment].proofDue = min(histories[deployment].proofDue, now)
            }
            cursor = next(after: deployment)
        }
    }

    private mutating func missed(_ instance: Int, _ reason: String, at now: Moment) {
        instances[instance].goodProbes = 0
        if instances[instance].badProbes < settings.fall { instances[instance].badProbes += 1 }
        instanceRecords[instance].downReason = reason
        var cursor = first(on: instance)
        while let deployment = cursor {
            deployments[deployment].breaker.recordBadProbe()
            cursor = next(after: deployment)
        }
        if case .down = instances[instance].reach { return }
        guard instances[instance].badProbes >= settings.fall else { return }
        instances[instance].reach = .down(since: now)
        note(.wentDown(place(instance), reason: reason))
    }

    private mutating func learnTags(_ instance: Int, _ tags: [KnownTag]) {
        instanceRecords[instance].tags = Dictionary(tags.map { ($0.name, $0) }) { first, _ in first }
        for tag in tags {
            if let known = forecast?.tag(named: tag.name) { forecast?.learnSize(of: known, onDisk: Double(tag.size)) }
        }
        var cursor = first(on: instance)
        while let deployment = cursor {
            let record = deploymentRecords[deployment]
            let lacks = instanceRecords[instance].lacks(record.tag)
            if lacks != deployments[deployment].lacksTag {
                deployments[deployment].lacksTag = lacks
                let place = place(instance, deployment)
                note(lacks ? .lacksTag(place, tag: record.spec.tag) : .foundTag(place, tag: record.spec.tag))
            }
            compareDigests(model(of: deployment))
            cursor = next(after: deployment)
        }
    }

    /// One tag with different contents on the instances of a model gives answers that differ by chance.
    mutating func compareDigests(_ model: Int) {
        var holders: [String: [(instance: String, digest: String)]] = [:]
        for deployment in models[model].deployments {
            let record = deploymentRecords[deployment]
            let instance = instanceRecords[instance(of: deployment)]
            guard let known = instance.tags?[record.tag], !known.digest.isEmpty else { continue }
            holders[record.tag, default: []].append((instance.spec.name, known.digest))
        }
        var message: String?
        for (tag, held) in holders.sorted(by: { $0.key < $1.key }) where Set(held.map(\.digest)).count > 1 {
            let list = held.map { "\($0.instance) has \(Self.short($0.digest))" }.joined(separator: ", ")
            message =
                "`\(tag)` is not the same on every instance of \(models[model].name): \(list);"
                + " run `ollama pull \(tag)` on each"
            break
        }
        let name = models[model].name
        if let message, mismatches[name] != message { note(.digestMismatch(model: name, message: message)) }
        mismatches[name] = message
    }

    private static func short(_ digest: String) -> String {
        let hex = digest.hasPrefix("sha256:") ? digest.dropFirst(7) : digest[...]
        return String(hex.prefix(12))
    }
}

/// Since when models are in memory, by what instances say or show.
extension PoolState {
    /// A server that says nothing of its memory may have put a model out that nobody has asked for in so long. Ollama does after five minutes.
    private static let longestRest = Duration.seconds(240)

    /// An instance that may have been started anew has nothing in memory as far as is known, where it lists none of its models.
    mutating func forgetResidence(_ deployment: Int) {
        let spec = instanceRecords[instance(of: deployment)].spec
        guard spec.mayLoad, spec.tagMatching != .ollama else { return }
        (histories[deployment].residentSince, histories[deployment].answeredAt) = (nil, nil)
        histories[deployment].mayBeCold = true
    }

    /// Keeps since when each model is in memory.
    mutating func observeResidents(_ loaded: [LoadedModel], on instance: Int, seen: Moment) {
        instanceRecords[instance].loadedAt = seen
        var cursor = first(on: instance)
        while let deployment = cursor {
            let isThere = loaded.contains { $0.model == deploymentRecords[deployment].tag }
            if !isThere {
                histories[deployment].residentSince = nil
            } else if histories[deployment].residentSince == nil {
                histories[deployment].residentSince = seen
            }
            cursor = next(after: deployment)
        }
    }

    /// Keeps since when each model of an instance that lists none of them, and may load them, has shown that it is in memory: by answers, of
    /// which none came for too long, nor one of another model since its own.
    mutating func observeAnswers(on instance: Int, seen: Moment) {
        guard instanceRecords[instance].spec.mayLoad, instanceRecords[instance].spec.tagMatching != .ollama else {
            return
        }
        var latest: (tag: String, at: Moment)?
        var cursor = first(on: instance)
        while let deployment = cursor {
            let answers = histories[deployment].firstTokens.answers
            if histories[deployment].answersSeen != answers {
                (histories[deployment].answersSeen, histories[deployment].answeredAt) = (answers, seen)
            }
            if let at = histories[deployment].answeredAt, latest.map({ at > $0.at }) ?? true {
                latest = (deploymentRecords[deployment].tag, at)
            }
            cursor = next(after: deployment)
        }
        cursor = first(on: instance)
        while let deployment = cursor {
            let isThere =
                histories[deployment].answeredAt.map { at in
                    seen - at < Self.longestRest && latest.map { at >= $0.at || isOf($0.tag, deployment) } ?? true
                } ?? false
            histories[deployment].mayBeCold = !isThere
            if !isThere {
                histories[deployment].residentSince = nil
            } else if histories[deployment].residentSince == nil {
                histories[deployment].residentSince = seen
            }
            cursor = next(after: deployment)
        }
    }

    private func isOf(_ tag: String, _ deployment: Int) -> Bool { deploymentRecords[deployment].tag == tag }

    /// Whether the model was in memory there: then no load is under way. One that loads nothing has it always.
    func wasResident(_ deployment: Int, at moment: Moment) -> Bool {
        let instance = instance(of: deployment)
        let spec = instanceRecords[instance].spec
        guard spec.tagMatching == .ollama || spec.mayLoad && instances[instance].isProbed else { return true }
        return histories[deployment].residentSince.map { $0 <= moment } ?? false
    }

    /// Whether it is not known yet that the model was there all the time: it may have been put out before the request came, which
    /// loads it. A list is asked for.
    mutating func awaitsList(_ deployment: Int, since sent: Moment, longest: Duration, at now: Moment) -> Bool {
        let instance = instance(of: deployment)
        guard instances[instance].isProbed, instanceRecords[instance].spec.tagMatching == .ollama,
            instanceRecords[instance].loadedAt.map({ $0 < sent }) ?? true, now - sent < longest
        else { return false }
        askForProbe(instance)
        return true
    }
}

/// Prompts that are read one after the other: a request may wait for those before it though a slot is free.
///
/// llama-server puts all slots into one batch, and the time before a prompt's first token enters it is in no duration that
/// Ollama tells. Such a wait says nothing of slots.
extension Forecast {
    /// A run's prompt is to be read behind those that are there.
    mutating func beganReading(_ placement: Int, _ score: Score, isStreamed: Bool, at now: Double) {
        var cursor = placements[placement].readers > 0 ? placements[placement].lastRequest : -1
        while cursor >= 0 {
            if requests[Int(cursor)].firstTokenAt == nil { requests[Int(cursor)].isJoined = true }
            cursor = requests[Int(cursor)].previous
        }
        if placements[placement].readers == 0 {
            placements[placement].readingGrace = isStreamed ? Self.grace(score.prefill) : .infinity
            placements[placement].lateAt = now + score.firstToken - score.prefill + placements[placement].readingGrace
        }
        placements[placement].readers += 1
        placements[placement].readsUntil =
            max(placements[placement].readsUntil, now + score.firstToken - score.prefill) + score.prefill
    }

    /// Counts anew what is left to read on a placement, now that one prompt has been.
    mutating func countUnread(_ placement: Int, at now: Double) {
        var until = now
        var readers: Int32 = 0
        var cursor = placements[placement].firstRequest
        while cursor >= 0 {
            let running = requests[Int(cursor)]
            // Of one whose first token nobody sees it is only known when it should have come.
            if running.firstTokenAt == nil, running.isStreamed || running.expectedFirst > now {
                if readers == 0 {
                    placements[placement].readingGrace =
                        running.isStreamed ? Self.grace(running.readingTime) : .infinity
                    placements[placement].lateAt = now + placements[placement].readingGrace
                }
                until += running.readingTime
                readers += 1
            }
            cursor = running.next
        }
        placements[placement].readsUntil = until
        placements[placement].readers = readers
    }

    /// Seconds until a prompt whose turn has come is late: half as long again as it takes, and one more.
    private static func grace(_ readingTime: Double) -> Double { readingTime * 1.5 + 1 }

    /// How many requests the placement works on at once, by what is seen of it now: while the next prompt is late, those that
    /// write have all the slots there are, since nothing else keeps it from being read. It is known at once, where slots are
    /// learned only from a request that waited and has ended.
    func usableSlots(_ placement: Int, at now: Double) -> Int32 {
        let slots = placements[placement].slots.count
        guard placements[placement].readers > 0, now > placements[placement].lateAt else { return slots }
        let writing = placements[placement].busy - placements[placement].readers
        return writing > 0 ? min(slots, writing) : slots
    }

    /// Seconds since the last event there in which prompts were read, as far as is foreseen.
    func readSince(_ placement: Int, at now: Double) -> Double {
        guard placements[placement].readers > 0 else { return 0 }
        return max(0, min(now, placements[placement].readsUntil) - placements[placement].integratedAt)
    }

    /// Seconds of a run's writing in which it nearly stood still, because others' prompts were read in one batch with it.
    func stalled(_ running: RunningRequest, at now: Double) -> Double {
        let placement = Int(running.placement)
        guard running.firstTokenAt != nil, isBatchShared(placement) else { return 0 }
        return placements[placement].readSeconds + readSince(placement, at: now) - running.readSecondsAtFirst
    }

    /// How long those that write there will nearly stand still for the prompts that are to be read.
    func stallAhead(_ placement: Int, at now: Double) -> Double {
        guard placements[placement].readers > 0, isBatchShared(placement) else { return 0 }
        return max(0, placements[placement].readsUntil - now)
    }

    private func isBatchShared(_ placement: Int) -> Bool {
        instances[Int(placements[placement].instance)].reading.way != .apart
    }

    /// What a first token shows of how prompts share the card.
    mutating func learnSharing(_ running: RunningRequest, at now: Double) {
        let placement = Int(running.placement)
        guard running.isStreamed, running.unread > max(0.05, running.readingTime / 4), !running.isCold,
            running.ahead < placements[placement].slots.count
        else { return }
        instances[Int(placements[placement].instance)].reading.record(
            late: now - running.sentAt - running.readingTime, inTurn: running.unread,
            shared: Self.shared(running.unread, running.readingTime, readers: running.readers))
    }

    /// How much later a prompt is read that shares the card evenly with others: by as much of each as it takes itself.
    static func shared(_ unread: Double, _ own: Double, readers: Int32) -> Double {
        min(unread, own * Double(max(1, readers)))
    }

    /// A run has its first token: what it read, those behind it may have waited for.
    mutating func finishedReading(_ index: Int32, at now: Double) {
        let running = requests[Int(index)]
        let placement = Int(running.placement)
        // Its own turn began when the one before it had finished, or when it came; where several ended meanwhile, its
        // length says more.
        let turn = max(running.sentAt, placements[placement].turnedAt)
        let expected = (running.promptTokens - running.cachedTokens) * figures(placement)[0] * Double(running.active)
        countReading(of: index, from: min(turn, max(running.sentAt, now - expected)), to: now)
        placements[placement].turnedAt = now
    }

    /// A run read in that time: those behind it may have waited for it.
    mutating func countReading(of index: Int32, from start: Double, to end: Double) {
        var cursor = requests[Int(index)].next
        while cursor >= 0 {
            if requests[Int(cursor)].firstTokenAt == nil {
                requests[Int(cursor)].readingAhead += max(0, end - max(start, requests[Int(cursor)].sentAt))
            }
            cursor = requests[Int(cursor)].next
        }
    }

    /// A run ends: a slot is free for one of those behind it.
    mutating func noteEnd(of index: Int32, at now: Double) {
        let placement = Int(requests[Int(index)].placement)
        placements[placement].turnedAt = now
        placements[placement].lateAt = max(placements[placement].lateAt, now + placements[placement].readingGrace)
        var cursor = requests[Int(index)].next
        while cursor >= 0 {
            requests[Int(cursor)].sawEnd(at: now)
            cursor = requests[Int(cursor)].next
        }
    }

    /// What those before a run have read that are still at work and whose first tokens are not seen, by their lengths.
    func unseenReading(before running: RunningRequest) -> Double {
        let perToken = figures(Int(running.placement))[0]
        var sum = 0.0
        var cursor = running.previous
        while cursor >= 0 {
            let other = requests[Int(cursor)]
            if other.firstTokenAt == nil, !other.isStreamed {
                sum += (other.promptTokens - other.cachedTokens) * perToken * Double(other.active)
            }
            cursor = other.previous
        }
        return sum
    }
}

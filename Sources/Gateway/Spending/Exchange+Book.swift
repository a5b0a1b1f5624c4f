import Balancer
import Dialects
import Ledger

/// The row of a finished request in the ledger's book.
extension Exchange {
    func book(at now: Moment) {
        guard let spending = settings.spending else { return }
        let time = spending.time(now)
        let end = time.wall
        var entry = LedgerEntry(
            requestID: bookName,
            start: WallTime(microseconds: end.microseconds - record.durationNanoseconds / 1000), end: end)
        entry.callID = call.head.callID.description
        entry.callType = Self.callType(call.head.front.work)
        if record.timeToFirstTokenNanoseconds >= 0 {
            entry.firstToken = WallTime(
                microseconds: entry.start.microseconds + record.timeToFirstTokenNanoseconds / 1000)
        }
        if let facts = call.head.caller.pass?.facts {
            (entry.keyHash, entry.userID, entry.teamID) = (facts.key.account, facts.key.userID, facts.key.teamID)
            entry.tags = facts.tags
        }
        if let user = call.head.wishes.user { entry.userID = user.hidingKeys }
        if let request = asked?.request {
            entry.modelAsked = request.model.hidingKeys
            entry.customer = (call.head.wishes.customer ?? (spend.map(\.customer) ?? request.endUser))?.hidingKeys
            // Sums are kept by these names for ever, and a client may think of any number of them.
            if let pattern, !isKept(request.model) { entry.modelAsked = pattern }
            entry.modelAsked = entry.modelAsked.upTo(bytes: 255)
            for tag in request.wishes.tags + call.head.wishes.tags {
                entry.tags.append(tag.hidingKeys.upTo(bytes: 255))
            }
        }
        if record.deployment >= 0 {
            let isFilled = filled.contains { $0.match != nil && $0.index == record.deployment }
            let isPattern = isFilled && !isKept(course.route?.name ?? "")
            entry.instance = instanceName(at: record.deployment)
            if let facts = isPattern ? routes.deployments[record.deployment].facts : facts(at: record.deployment) {
                (entry.model, entry.deployment, entry.provider) = (facts.model, facts.id, facts.provider)
            }
        }
        (entry.promptTokens, entry.completionTokens) = (record.promptTokens, record.completionTokens)
        if let usage = account.remains?.usage {
            (entry.cachedTokens, entry.cacheWriteTokens) = (usage.cachedTokens, usage.cacheWriteTokens)
        }
        entry.money = Money(picodollars: record.cost)
        entry.failedMoney = Money(picodollars: record.failedAttemptsCost)
        entry.comparedMoney = record.comparedCost < 0 ? nil : Money(picodollars: record.comparedCost)
        (entry.status, entry.attempts, entry.fallbacks) = (record.status, record.attempts, record.fallbacks)
        entry.error = record.error < 0 ? nil : GatewayError.codes[record.error]
        entry.isStream = record.stream
        entry.address = record.client.text
        entry.serviceClass = ask.serviceClass.name
        let said = words(spending.words)
        let isLong = said.map { $0.streamBytes > settings.largeBody } ?? false
        if !isLong { entry.words = said?.make() }
        if spend == nil { spending.ledger.recordUnbound(entry, at: time) } else { spending.ledger.record(entry) }
        guard isLong, let said else { return }
        spending.offload { [ledger = spending.ledger, requestID = entry.requestID] in
            ledger.record(LateWords(requestID: requestID, words: said.make()))
        }
    }

    /// Whether sums are kept by a name that fits a pattern: by those that have been answered, up to a number.
    private func isKept(_ name: String) -> Bool { record.outcome == .succeeded && routes.rules.keeps(name) }

    /// A name of the gateway's own, whatever call id the client has sent: that of the answer.
    private var bookName: String {
        let prefix: StaticString =
            switch call.head.front.work {
            case .chat: "chatcmpl-"
            case .completion: "cmpl-"
            case .embedding: "embd-"
            }
        let (length, number) = (prefix.utf8CodeUnitCount, call.head.random)
        return String(unsafeUninitializedCapacity: length + 16) { bytes in
            let bytes = UnsafeMutableRawBufferPointer(bytes)
            bytes.copyMemory(from: UnsafeRawBufferPointer(start: prefix.utf8Start, count: length))
            let (high, low) = (UInt32(truncatingIfNeeded: number >> 32), UInt32(truncatingIfNeeded: number))
            bytes.storeBytes(of: CallID.digits(high), toByteOffset: length, as: UInt64.self)
            bytes.storeBytes(of: CallID.digits(low), toByteOffset: length + 8, as: UInt64.self)
            return length + 16
        }
    }

    private static func callType(_ work: Work) -> String {
        switch work {
        case .chat: "acompletion"
        case .completion: "atext_completion"
        case .embedding: "aembedding"
        }
    }
}

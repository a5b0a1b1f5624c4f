public import Balancer
public import Dialects

/// A request that waits for kept answers: what is known of it so far.
final class Recalling {
    let request: ClientRequest
    let size: RequestSize?
    /// Whether it goes on from the answer; else it names items of answers.
    let goesOn: Bool
    /// Answers that were at hand.
    let found: [KeptResponse]

    init(_ request: ClientRequest, _ size: RequestSize?, goesOn: Bool, found: [KeptResponse] = []) {
        (self.request, self.size, self.goesOn, self.found) = (request, size, goesOn, found)
    }
}

/// Requests that go on from answers which are kept, or name items of them: they are read anew, with the words themselves.
extension Exchange {
    /// Nil where the request does neither.
    mutating func goOnFromKept(_ request: ClientRequest, _ size: RequestSize?, at now: Moment) -> Action? {
        guard let shelf = settings.shelf, let id = request.continuedResponse else {
            return fillFromKept(request, size, at: now)
        }
        let owner = call.head.caller.owner
        if let kept = shelf.find(id, of: owner, at: now) { return extend(request, with: admit(kept), at: now) }
        guard shelf.mayBeElsewhere(id, of: owner) else { return fillFromKept(request, size, at: now) }
        return recall([id], for: Recalling(request, size, goesOn: true), at: now)
    }

    private mutating func fillFromKept(_ request: ClientRequest, _ size: RequestSize?, at now: Moment) -> Action? {
        let names = request.referredResponses
        guard !names.isEmpty, let shelf = settings.shelf else { return nil }
        let owner = call.head.caller.owner
        var (found, missing): ([KeptResponse], [String]) = ([], [])
        for id in names {
            if let kept = shelf.find(id, of: owner, at: now) {
                found.append(admit(kept))
            } else if shelf.mayBeElsewhere(id, of: owner) {
                missing.append(id)
            }
        }
        guard missing.isEmpty else {
            return recall(missing, for: Recalling(request, size, goesOn: false, found: found), at: now)
        }
        return found.isEmpty ? nil : fill(request, from: found, at: now)
    }

    private mutating func recall(_ ids: [String], for request: Recalling, at now: Moment) -> Action {
        phase = .working
        deadlines.begin(nil, from: now)
        recalling = request
        return .recall(ids, of: call.head.caller.owner)
    }

    /// The answers of a `recall` that there are.
    public mutating func recalled(
        _ answers: Result<[(response: KeptResponse, confinement: Confinement)], RecallFault>, at now: Moment
    ) -> Action {
        guard phase == .working, let waiting = recalling.take() else { return .none }
        phase = .ready
        let found: [KeptResponse]
        switch answers {
        case .failure(let fault): return fail(fault.refusal, at: now)
        case .success(let answers): found = waiting.found + answers.map { admit($0) }
        }
        let request = waiting.request
        if waiting.goesOn {
            if let kept = found.first { return extend(request, with: kept, at: now) }
            return fillFromKept(request, waiting.size, at: now) ?? serveWhole(request, waiting.size, at: now)
        }
        return found.isEmpty ? serveWhole(request, waiting.size, at: now) : fill(request, from: found, at: now)
    }

    /// What kept those words inside keeps them inside now.
    private mutating func admit(_ kept: (response: KeptResponse, confinement: Confinement)) -> KeptResponse {
        confinement.formUnion(kept.confinement)
        return kept.response
    }

    /// Reads the request anew, behind the conversation from which it goes on; then it begins a conversation like any other.
    private mutating func extend(_ request: ClientRequest, with kept: KeptResponse, at now: Moment) -> Action {
        guard request.bodyBytes + kept.size <= settings.largeBody else {
            return offload(BodyWork(step: .extend(request, with: kept, isSized: spend != nil)), at: now)
        }
        do {
            return serve(try request.continuing(kept), at: now)
        } catch {
            return fail(.invalidRequest(message: error.message, param: error.param), at: now)
        }
    }

    /// Reads the request anew, with the items that it names.
    private mutating func fill(_ request: ClientRequest, from kept: [KeptResponse], at now: Moment) -> Action {
        guard kept.reduce(request.bodyBytes, { $0 + $1.size }) <= settings.largeBody else {
            return offload(BodyWork(step: .refer(request, to: kept, isSized: spend != nil)), at: now)
        }
        do {
            return serve(try request.holdingItems(of: kept), at: now)
        } catch {
            return fail(.invalidRequest(message: error.message, param: error.param), at: now)
        }
    }
}

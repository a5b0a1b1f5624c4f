import Balancer
import Dialects
import Gateway
import Ledger
import LedgerStore
import Locking

/// Looks for kept answers in the database that several gateways write to.
///
/// An answer may be there a moment after its client has it, so one that is not found is looked for again, for a second and a half in
/// all: a client that goes on at once may have reached another gateway.
final class ResponseRecall: Sendable {
    /// An answer, and why it stays inside.
    typealias Found = (response: KeptResponse, confinement: Confinement)

    /// Answers that were found, and their part of the memory that bodies may have: it is held until this is gone.
    struct Recalled: Sendable {
        var answers: [Found] = []
        let memory: MemoryHold
    }

    /// The pauses between two looks.
    private static let pauses: [Duration] = [50, 50, 100, 200, 400, 700].map { .milliseconds($0) }
    /// More requests than these do not wait at a time: each has a question at the database, which answers one after the other.
    private static let most = 256
    /// No client waits longer than for one look with more of these, so that one which asks for what is not there leaves others their
    /// places.
    private static let mostOwn = 32
    /// A request names no more answers than these, and no more bytes of them.
    private static let mostAnswers = 256
    private static let mostBytes = 32 << 20
    /// A database that says nothing for so long is out.
    private static let patience = Duration.seconds(6)

    private static let tooMuch = RecallFault(
        .invalidRequest(
            message: "the request names items of more than \(mostAnswers) responses that are kept, or of more than "
                + "\(mostBytes >> 20) MiB of them; send some of the items themselves", param: "input"))
    private static let busy = RecallFault(
        .overloaded(
            message: "\(mostOwn) requests of this client wait for responses that are kept already, or \(most) of all; "
                + "send the request again"))

    private let responses: KeptResponses
    private let store: any AnswerStore
    private let time: TimeSource
    private let memory: MemoryBudget
    private let onNoMemory: @Sendable () -> Void
    private let places = Locked(Places())

    /// - Parameter onNoMemory: called for each request that there is no memory for.
    init(
        _ responses: KeptResponses, in store: any AnswerStore, memory: MemoryBudget, time: TimeSource,
        onNoMemory: @escaping @Sendable () -> Void
    ) {
        (self.responses, self.store, self.memory, self.time) = (responses, store, memory, time)
        self.onNoMemory = onNoMemory
    }

    /// Looks for answers, and calls with those that there are on any thread.
    func find(
        _ ids: [String], of owner: ResponseOwner,
        _ completion: @escaping @Sendable (Result<Recalled, RecallFault>) -> Void
    ) {
        Task { completion(await find(ids, of: owner)) }
    }

    /// Those of these answers that there are.
    func find(_ ids: [String], of owner: ResponseOwner) async -> Result<Recalled, RecallFault> {
        let names = Set(ids.map { responses.name($0, of: owner) })
        let search = Locked(Search(missing: names, recalled: Recalled(memory: MemoryHold(of: memory))))
        return await look(of: owner) { () throws(StoreError) in
            let missing = search.withLock { Array($0.missing) }
            // One alone is read at once: it is no larger than one may be.
            if missing.count == 1 {
                let answers = try await self.store.find(missing, at: self.wall)
                let sizes = answers.map { $0.object.count + $0.items.count + $0.pieces.count }
                return self.takeRoom(for: sizes, in: search) ?? (search.withLock { $0.add(answers) } ? .enough : .again)
            }
            let sizes = try await self.store.sizes(of: missing, at: self.wall)
            guard !sizes.isEmpty else { return .again }
            if let refusal = self.takeRoom(for: Array(sizes.values), in: search) { return refusal }
            let answers = try await self.store.find(missing.filter { sizes[$0] != nil }, at: self.wall)
            return search.withLock { $0.add(answers) } ? .enough : .again
        }.map { search.withLock { $0.recalled } }
    }

    private func takeRoom(for sizes: [Int], in search: borrowing Locked<Search>) -> Look? {
        switch search.withLock({ $0.takeRoom(for: sizes, count: Self.mostAnswers, bytes: Self.mostBytes) }) {
        case .taken: return nil
        case .tooMuch: return .refused(Self.tooMuch)
        case .noMemory:
            onNoMemory()
            return .refused(RecallFault(ServerLimits.memoryIsFull))
        }
    }

    /// Forgets an answer; whether there was one.
    ///
    /// - Parameter isKnown: it was here, so nobody has to wait for it to come there.
    func remove(_ id: String, of owner: ResponseOwner, isKnown: Bool) async -> Result<Bool, RecallFault> {
        let isGone = Locked(isKnown)
        return await look(of: owner) { () throws(StoreError) in
            let wasThere = try await self.store.remove(self.responses.name(id, of: owner), at: self.wall)
            return isGone.withLock { isGone in
                isGone = isGone || wasThere
                return isGone ? .enough : .again
            }
        }.map { isGone.withLock { $0 } }
    }

    private var wall: WallTime { WallTime(unixSeconds: time.unixSeconds()) }

    /// A look, and what comes next.
    private enum Look {
        case enough
        case again
        case refused(RecallFault)
    }

    /// Asks until it is enough, or the last pause is over.
    private func look(
        of owner: ResponseOwner, _ body: @escaping @Sendable () async throws(StoreError) -> Look
    ) async -> Result<Void, RecallFault> {
        guard places.withLock({ $0.take(atMost: Self.most) }) else { return .failure(Self.busy) }
        return await withCheckedContinuation { continuation in
            let first = FirstAnswer(continuation)
            let timer = Task { [time] in
                try await time.sleep(time.now() + Self.patience)
                first.give(.failure(RecallFault()))
            }
            Task { [self] in
                let answer = await ask(for: owner, body)
                // Not before: what nobody waits for any more stands in the database's queue all the same.
                places.withLock { $0.leave() }
                timer.cancel()
                first.give(answer)
            }
        }
    }

    private func ask(
        for owner: ResponseOwner, _ body: @Sendable () async throws(StoreError) -> Look
    ) async -> Result<Void, RecallFault> {
        do {
            var look = try await body()
            if case .again = look {
                guard places.withLock({ $0.stay(owner, atMost: Self.mostOwn) }) else { return .failure(Self.busy) }
                defer { places.withLock { $0.go(owner) } }
                for pause in Self.pauses {
                    guard case .again = look else { break }
                    try await time.sleep(time.now() + pause)
                    look = try await body()
                }
            }
            if case .refused(let fault) = look { return .failure(fault) }
            return .success(())
        } catch let error as StoreError where error.reason == .foreign {
            // It turned out to be another program's after the start: nothing is kept there, and nothing will be.
            return .success(())
        } catch { return .failure(RecallFault()) }
    }
}

/// The places of those who wait for the database.
private struct Places: Sendable {
    private var all = 0
    /// By client, those that wait for what was not there at first.
    private var staying: [ResponseOwner: Int] = [:]

    mutating func take(atMost most: Int) -> Bool {
        guard all < most else { return false }
        all += 1
        return true
    }

    mutating func leave() { all -= 1 }

    mutating func stay(_ owner: ResponseOwner, atMost most: Int) -> Bool {
        guard staying[owner, default: 0] < most else { return false }
        staying[owner, default: 0] += 1
        return true
    }

    mutating func go(_ owner: ResponseOwner) {
        let left = (staying[owner] ?? 1) - 1
        staying[owner] = left > 0 ? left : nil
    }
}

/// Answers that are looked for: those that were found need not be looked for again.
private struct Search: Sendable {
    private(set) var missing: Set<KeptAnswer.Name>
    private(set) var recalled: ResponseRecall.Recalled
    private var bytes = 0

    init(missing: Set<KeptAnswer.Name>, recalled: ResponseRecall.Recalled) {
        (self.missing, self.recalled) = (missing, recalled)
    }

    enum Room {
        case taken, tooMuch, noMemory
    }

    /// Takes room for answers of these sizes.
    mutating func takeRoom(for sizes: [Int], count most: Int, bytes mostBytes: Int) -> Room {
        let new = sizes.reduce(0, +)
        guard recalled.answers.count + sizes.count <= most, bytes + new <= mostBytes else { return .tooMuch }
        bytes += new
        return recalled.memory.hold(bytes) ? .taken : .noMemory
    }

    /// Whether these were the last.
    mutating func add(_ answers: [KeptAnswer]) -> Bool {
        for answer in answers where missing.remove(answer.name) != nil {
            let response = KeptResponse(
                id: answer.name.id, object: answer.object, items: answer.items, pieces: answer.pieces)
            recalled.answers.append((response, Confinement(rawValue: answer.confinement)))
        }
        return missing.isEmpty
    }
}

/// Whoever waits gets the first of several answers; the others are for nobody.
private final class FirstAnswer: Sendable {
    private let continuation: Locked<CheckedContinuation<Result<Void, RecallFault>, Never>?>

    init(_ continuation: CheckedContinuation<Result<Void, RecallFault>, Never>) {
        self.continuation = Locked(continuation)
    }

    func give(_ answer: Result<Void, RecallFault>) {
        continuation.withLock { $0.take() }?.resume(returning: answer)
    }
}

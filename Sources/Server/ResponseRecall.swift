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

    /// The pauses between two looks.
    private static let pauses: [Duration] = [50, 50, 100, 200, 400, 700].map { .milliseconds($0) }
    /// More requests than these do not wait at a time: each has a question at the database, which answers one after the other.
    private static let most = 256
    /// A database that says nothing for so long is out.
    private static let patience = Duration.seconds(6)

    private let responses: KeptResponses
    private let store: any AnswerStore
    private let time: TimeSource
    private let waiting = Locked(0)

    init(_ responses: KeptResponses, in store: any AnswerStore, time: TimeSource) {
        (self.responses, self.store, self.time) = (responses, store, time)
    }

    /// Looks for answers, and calls with those that there are on any thread.
    func find(
        _ ids: [String], of owner: ResponseOwner,
        _ completion: @escaping @Sendable (Result<[Found], RecallFault>) -> Void
    ) {
        Task { completion(await find(ids, of: owner)) }
    }

    /// Those of these answers that there are.
    func find(_ ids: [String], of owner: ResponseOwner) async -> Result<[Found], RecallFault> {
        await look { () throws(StoreError) in
            let names = ids.map { self.responses.name($0, of: owner) }
            let answers = try await self.store.find(names, at: self.wall)
            return (answers, isEnough: answers.count == Set(ids).count)
        }.map { answers in
            answers.map { answer in
                let response = KeptResponse(
                    id: answer.name.id, object: answer.object, items: answer.items, pieces: answer.pieces)
                return (response, Confinement(rawValue: answer.confinement))
            }
        }
    }

    /// Forgets an answer; whether there was one.
    func remove(_ id: String, of owner: ResponseOwner) async -> Result<Bool, RecallFault> {
        await look { () throws(StoreError) in
            let isGone = try await self.store.remove(self.responses.name(id, of: owner), at: self.wall)
            return (isGone, isEnough: isGone)
        }
    }

    private var wall: WallTime { WallTime(unixSeconds: time.unixSeconds()) }

    /// Asks until it is enough, or the last pause is over.
    private func look<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(StoreError) -> (Value, isEnough: Bool)
    ) async -> Result<Value, RecallFault> {
        let mayWait = waiting.withLock { waiting in
            guard waiting < Self.most else { return false }
            waiting += 1
            return true
        }
        guard mayWait else { return .failure(RecallFault()) }
        return await withCheckedContinuation { continuation in
            let first = FirstAnswer(continuation)
            let timer = Task { [time] in
                try await time.sleep(time.now() + Self.patience)
                first.give(.failure(RecallFault()))
            }
            Task { [self] in
                let answer = await ask(body)
                // Not before: what nobody waits for any more stands in the database's queue all the same.
                waiting.withLock { $0 -= 1 }
                timer.cancel()
                first.give(answer)
            }
        }
    }

    private func ask<Value: Sendable>(
        _ body: @Sendable () async throws(StoreError) -> (Value, isEnough: Bool)
    ) async -> Result<Value, RecallFault> {
        do {
            var answer = try await body()
            for pause in Self.pauses where !answer.isEnough {
                try await time.sleep(time.now() + pause)
                answer = try await body()
            }
            return .success(answer.0)
        } catch { return .failure(RecallFault()) }
    }
}

/// Whoever waits gets the first of several answers; the others are for nobody.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private let continuation: Locked<CheckedContinuation<Result<Value, RecallFault>, Never>?>

    init(_ continuation: CheckedContinuation<Result<Value, RecallFault>, Never>) {
        self.continuation = Locked(continuation)
    }

    func give(_ answer: Result<Value, RecallFault>) {
        continuation.withLock { $0.take() }?.resume(returning: answer)
    }
}

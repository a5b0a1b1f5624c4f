import Balancer
import Dialects
import Locking
import NIOCore

/// The end of a pull: what all boxes have now.
extension PoolPull {
    /// What is told in the end: the failures, else what the boxes list now.
    func verdict() async -> Outcome {
        let failures = state.withLock { $0.progress.failures }
        let names = Set(targets.map(\.box))
        names.forEach(boxes.probe)
        guard failures.isEmpty else {
            return .failed(Self.sentence(failures))
        }
        let found = await digests()
        if let missing = found.first(where: { $0.digest == nil }) {
            return .failed("\(missing.label): \(missing.reason ?? "it does not list the model after the pull")")
        }
        for (tag, group) in Dictionary(grouping: found, by: \.tag) where Set(group.map(\.digest)).count > 1 {
            let each = group.map { "\($0.label) has \($0.digest?.prefix(12) ?? "")" }.joined(separator: ", ")
            return .failed("the boxes hold other contents of `\(tag)`: \(each); pull again")
        }
        await sight(found.map { (box: $0.box, tag: $0.tag, digest: $0.digest ?? "") })
        return .succeeded
    }

    /// Boxes with the same reason are named together.
    static func sentence(_ failures: [(label: String, reason: String)]) -> String {
        var reasons: [(reason: String, labels: [String])] = []
        for failure in failures {
            if let known = reasons.firstIndex(where: { $0.reason == failure.reason }) {
                reasons[known].labels.append(failure.label)
            } else {
                reasons.append((failure.reason, [failure.label]))
            }
        }
        return reasons.map { "\($0.labels.joined(separator: ", ")): \($0.reason)" }.joined(separator: "; ")
    }

    private struct Found: Sendable {
        var box: String
        var label: String
        var tag: String
        var digest: String?
        var reason: String?
    }

    /// What each box lists, asked now.
    private func digests() async -> [Found] {
        let labels = Self.labels(targets)
        return await withTaskGroup(of: (Int, Found).self) { group in
            for (index, target) in targets.enumerated() {
                group.addTask {
                    let tag = OllamaName.normalise(target.tag)
                    var found = Found(box: target.box, label: labels[index], tag: tag)
                    do throws(BoxCalls.Failure) {
                        let answer = try await self.boxes.send(target.box, BoxCalls.Call(.get, "/api/tags"))
                        let tags = OllamaTags.tags(ByteBuffer(bytes: answer.body))
                        found.digest = tags?.first { $0.name == tag }?.digest
                    } catch { found.reason = error.reason }
                    return (index, found)
                }
            }
            var all: [(Int, Found)] = []
            for await one in group { all.append(one) }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Returns once the pool knows what the boxes have, so that the next request finds it; not later than the bound.
    private func sight(_ found: [(box: String, tag: String, digest: String)]) async {
        let limit = time.now() + bounds.sight
        while time.now() < limit {
            let library = balancer.library()
            if found.allSatisfy({ library.shelf(of: $0.box)?.tag($0.tag)?.digest == $0.digest }) { return }
            guard (try? await time.sleep(time.now() + .milliseconds(10))) != nil else { return }
        }
    }
}

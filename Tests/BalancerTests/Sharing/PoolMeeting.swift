@testable import Balancer

/// The store of several gateways over one pool, as a value.
struct PoolMeeting {
    private(set) var words: [UInt64: (word: PoolWord, at: Moment)] = [:]

    mutating func tell(_ word: PoolWord, of gateway: UInt64, at now: Moment) -> PoolNews {
        let others = words.filter { $0.key != gateway && $0.value.at + OtherGateways.remembered > now }
            .map { OtherGateways.Heard(gateway: $0.key, word: $0.value.word, age: now - $0.value.at) }
        let news = PoolNews(
            answering: word, of: gateway, others: others, unixSeconds: now.nanoseconds / 1_000_000_000)
        words[gateway] = (news.granted, now)
        return news
    }

    /// It has ended in good order.
    mutating func leave(_ gateway: UInt64) { words[gateway] = nil }
}

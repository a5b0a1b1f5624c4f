public import Balancer
public import Ledger

/// Makes news of facts, each once: a value that remembers what was told.
public struct AlertBook: Sendable {
    /// The same news about the same thing is not told again for so long.
    public static let silence = Duration.seconds(600)

    /// A kind of news about one thing.
    private struct Topic: Hashable {
        var kind: Alert.Kind
        var subject: String
    }

    private var told: [Topic: Moment] = [:]

    /// One that has told nothing yet.
    public init() {}

    /// The news in a fact of the pool; nil where there is none, or it was told.
    public mutating func note(_ fact: Fact, at now: Moment, unixSeconds: Double) -> Alert? {
        switch fact {
        case .wentDown(let place, let reason):
            return tell(
                .instanceDown, place.instanceName, "\(place.instanceName) is down: \(reason)", now, unixSeconds)
        case .cameUp(let place):
            let text = "\(place.instanceName) is back"
            return end(.instanceDown, .instanceUp, place.instanceName, text, unixSeconds)
        case .tripped(let place, let duration):
            let seconds = duration.components.seconds
            let text = "the breaker of \(Self.name(place)) opened: nothing is sent there for \(seconds) s"
            return tell(.breakerOpen, Self.name(place), text, now, unixSeconds)
        case .recovered(let place):
            let text = "the breaker of \(Self.name(place)) closed"
            return end(.breakerOpen, .breakerClosed, Self.name(place), text, unixSeconds)
        case .digestMismatch(let model, let message):
            return tell(.digestDrift, model, "\(model): \(message)", now, unixSeconds)
        case .halfOpened, .drained, .undrained, .lacksTag, .foundTag, .standsOut, .staleKnowledge: return nil
        }
    }

    /// The news in one of the ledger's.
    public mutating func note(_ news: LedgerAlert, at now: Moment, unixSeconds: Double) -> Alert? {
        let account = [news.account.kind.rawValue, news.account.id, news.account.part].filter { !$0.isEmpty }
            .joined(separator: " ")
        // The subject stays when a name changes; people are told the name.
        let named = [news.account.kind.rawValue, news.label ?? news.account.id, news.account.part].filter {
            !$0.isEmpty
        }
        .joined(separator: " ")
        switch news.kind {
        case .softBudget:
            let text = "the soft budget of \(named) is passed: \(news.spent) dollars spent, told from \(news.bound) on"
            return tell(.budgetNear, account, text, now, unixSeconds)
        case .nearEnd:
            let text = "the budget of \(named) is near its end: \(news.spent) of \(news.bound) dollars spent"
            return tell(.budgetNear, account, text, now, unixSeconds)
        case .overrun:
            let text = "the budget of \(named) is spent: \(news.spent) of \(news.bound) dollars"
            return tell(.budgetSpent, account, text, now, unixSeconds)
        }
    }

    private static func name(_ place: Fact.Place) -> String {
        place.model.map { "\($0) on \(place.instanceName)" } ?? place.instanceName
    }

    private mutating func tell(
        _ kind: Alert.Kind, _ subject: String, _ text: String, _ now: Moment, _ unixSeconds: Double
    ) -> Alert? {
        // What goes on is remembered until its end is told: there are no more of them than boxes and models on boxes.
        told = told.filter { $0.key.kind.hasEnd || now < $0.value + Self.silence }
        let topic = Topic(kind: kind, subject: subject)
        if let before = told[topic], now < before + Self.silence { return nil }
        told[topic] = now
        return Alert(kind, subject, text, at: unixSeconds)
    }

    /// The end of something that was told; of anything else nobody waits for it. It may be told anew from then on.
    private mutating func end(
        _ began: Alert.Kind, _ kind: Alert.Kind, _ subject: String, _ text: String, _ unixSeconds: Double
    ) -> Alert? {
        guard told.removeValue(forKey: Topic(kind: began, subject: subject)) != nil else { return nil }
        return Alert(kind, subject, text, at: unixSeconds)
    }
}

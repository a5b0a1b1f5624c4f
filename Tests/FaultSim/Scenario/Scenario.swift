import Balancer

/// One seed's world: the pool, the limits, the clients, and what goes wrong. All of it follows from the seed.
struct Scenario {
    /// A server that runs models.
    struct Box {
        enum Kind: CaseIterable { case ollama, openAI, anthropic }

        var kind: Kind
        /// Whether it stands inside.
        var isLocal: Bool
        /// Requests that it works on at once; further ones wait there.
        var slots: Int
        /// Its behaviour from moment to moment; healthy after the last.
        var moods: [Spell]

        var provider: String {
            switch kind {
            case .ollama: "ollama"
            case .openAI: isLocal ? "hosted_vllm" : "openai"
            case .anthropic: "anthropic"
            }
        }
    }

    /// A box behaves so up to a moment.
    struct Spell {
        var until: Moment
        var mood: Mood
    }

    /// The way in which a box behaves for a while.
    enum Mood: Equatable {
        case healthy
        /// So many requests of a hundred meet a misbehaviour.
        case flaky(percent: Int)
        /// Every request gets this status.
        case status(Int, retryAfter: Int?)
        /// Nobody listens.
        case dead
        /// Connections are not even refused.
        case blackHole
        /// Lists its models as ever, and never answers a chat.
        case zombie
    }

    struct Deployment {
        var model: Int
        var box: Int
        var cap: Int?
        var slots: Int?
        var order: Int
        var rpm: Int?
        var tpm: Int?
        /// Picodollars for a token.
        var price: Int64
        var weight = 1.0

        mutating func take(_ bounds: Configuration.Bounds) {
            (cap, slots, order, rpm, tpm) = (bounds.cap, bounds.slots, bounds.order, bounds.rpm, bounds.tpm)
            weight = bounds.weight
        }
    }

    struct Model {
        var strategy: String
        /// Models that stand in for it.
        var fallbacks: [Int]
        var isLocalOnly: Bool
        /// Seconds of wait after which its requests go to another model.
        var overflow: (model: Int, after: Duration)?
    }

    /// A key and its bounds.
    struct Key {
        var isLocalOnly = false
        /// Picodollars.
        var budget: Int64?
        var parallel: Int?
        var requestsPerMinute: Int?
        /// The one model that it may ask for; nil: all.
        var model: Int?
    }

    /// A connection of a client, and its requests one after the other.
    struct Client {
        var opens: Moment
        var key: Int?
        var calls: [Call]
        /// Sends the next request without waiting for the answer.
        var pipelines: Bool
    }

    struct Call {
        enum Front: CaseIterable {
            case openAIChat, openAICompletions, ollamaChat, ollamaGenerate, anthropic, openAIEmbeddings
        }
        enum Flaw: CaseIterable {
            case badJSON, unknownModel, noModel, wrongKey, slowHead, slowBody, hugeBody, hugeHead
        }

        var front: Front
        var model: Int
        var streams: Bool
        var isConfined: Bool
        /// How many words of prompt.
        var words: Int
        var maxTokens: Int?
        /// How many answers it asks for.
        var answers: Int
        /// Leaves so long after it has sent the request; a reset, or in order.
        var leaves: (after: Duration, byReset: Bool)?
        /// Stops reading so long after it has sent the request, for a while.
        var sticks: (after: Duration, length: Duration)?
        var timeout: Double?
        var flaw: Flaw?
        /// From the answer to this request.
        var pause: Duration
    }

    /// What an operator does.
    enum Operation {
        case drain(Int), undrain(Int)
        /// The box's process ends and another begins: connections are reset.
        case restart(Int)
        /// Ends every request that runs, as the end of a shutdown's grace does.
        case stopLanes
        /// Lets every connection end with the answer that is due, as the beginning of a shutdown does.
        case quiesce
        /// A deployment more, of a model on a box, as a reload brings it.
        case grow(model: Int, box: Int)
        /// Another configuration: boxes left out or back, other limits, weights, orders and strategies.
        case reload(Configuration)
    }

    /// What a configuration has other than the first one; without anything it is that.
    struct Configuration {
        /// The boxes that are left out.
        var without: Set<Int> = []
        /// By model.
        var strategies: [Int: String] = [:]
        /// By the deployment's place.
        var bounds: [Int: Bounds] = [:]

        struct Bounds {
            var cap: Int?
            var slots: Int?
            var order: Int
            var rpm: Int?
            var tpm: Int?
            var weight: Double
        }
    }

    struct Limits {
        var retries: Int
        var maxWaiting: Int
        var maxWait: Duration
        var request: Duration
        var betweenPieces: Duration
        var firstToken: Duration?
        var total: Duration?
        var ping: Duration?
        var headerTimeout: Duration
        var bodyTimeout: Duration
        var idleTimeout: Duration
        var probeInterval: Duration
        var fall: Int
        var rise: Int
        var tripAfter: Int
        var breakerOpen: Duration
        var breakers: Bool
        var retryPercent: Int
        var retryMinimum: Int
        var largeBody: Int
        var maxBody: Int
        var protectsContext: Bool
        var decisions: Int
        /// Late requests are asked of another box as well.
        var hedges: Bool
    }

    let seed: UInt64
    /// Nothing goes wrong: every request is to succeed at the first attempt.
    var isClean: Bool
    var cutsBytes: Bool
    var requiresKeys: Bool
    /// Boxes hold different contents under one tag.
    var digestsDiffer: Bool
    var boxes: [Box]
    var models: [Model]
    var deployments: [Deployment]
    var keys: [Key]
    var clients: [Client]
    var operations: [(at: Moment, what: Operation)]
    var limits: Limits

    /// Whether tokens of a minute are counted anywhere.
    var countsTokens: Bool {
        deployments.contains { $0.tpm != nil }
            || operations.contains { operation in
                guard case .reload(let configuration) = operation.what else { return false }
                return configuration.bounds.values.contains { $0.tpm != nil }
            }
    }

    /// Whether an operator ends connections.
    var endsConnections: Bool {
        operations.contains { operation in
            switch operation.what {
            case .stopLanes, .quiesce: true
            default: false
            }
        }
    }
}

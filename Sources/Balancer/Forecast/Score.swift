/// The cost of sending a request to one placement, term by term, in seconds. The lowest total wins.
package struct Score: Equatable, Sendable {
    /// Until a slot is free, or a load under way is done, or room is made.
    package var wait: Double
    /// Bringing the model into memory, in full: a share of it, since later requests gain too, only made loads more frequent.
    package var load: Double
    /// The loss of the models that have to go for it.
    package var eviction: Double
    /// Reading what is not in the slot's cache.
    package var prefill: Double
    /// The loss of the requests already at work there.
    package var harm: Double
    /// The loss of a cached prompt that is written over.
    package var overwrite: Double

    /// When the first token would come, in seconds from now.
    package var firstToken: Double
    /// Seconds per token of the answer.
    package var pace: Double
    /// Tokens in the slot's cache already.
    package var cached: Double
    /// The model has to be loaded first.
    package var isCold: Bool
    /// It need not wait: a slot is free, or nothing stands in a load's way.
    package var isFree: Bool

    /// The sum of what counts.
    package var total: Double { wait + load + eviction + prefill + harm + overwrite }
}

/// The facts of a request that a score depends on.
struct Demand: Sendable {
    var promptTokens: Double
    var outputLimit: Double
    /// Whose it is.
    var flow: UInt64
    /// Tokens that its key's answers have; nil: those of all.
    var expectedTokens: Double?
    var chain: [UInt64]
    /// Tokens of context it needs; 0: not said.
    var context: Int32
    var serviceClass: ServiceClass
    var isStreamed: Bool
    /// Up to so many seconds to its first token it may wait at the gateway for others' prompts to be read.
    var mostHeld = 0.0

    init(_ request: PickRequest) {
        promptTokens = Double(max(1, request.promptTokens))
        outputLimit = request.outputLimit.map { Double(max(1, $0)) } ?? .infinity
        flow = request.flow
        chain = request.prefix
        context = Int32(clamping: request.context ?? 0)
        serviceClass = request.serviceClass
        isStreamed = request.isStreamed
    }
}

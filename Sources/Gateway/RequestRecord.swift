public import Dialects
public import Ledger

/// The facts of one finished request: plain numbers and indices, so that making one costs nothing.
///
/// Times are whole nanoseconds; a negative time means that it is not known.
public struct RequestRecord: Sendable {
    /// The model asked for, as its position in the route table's models; -1 when no such model is configured.
    public var model: Int
    /// The deployment that answered (or failed last), as its position in the route table's deployments; -1 when none was tried.
    public var deployment: Int
    /// How it ended.
    public var outcome: RequestOutcome
    /// Which error the client was given, as a position in ``GatewayError/codes``; -1 when none.
    public var error: Int
    /// The HTTP status that the client was sent; 499 when it left before.
    public var status: Int
    /// Whether the client asked for a stream.
    public var stream: Bool
    /// How many instances were tried, boxes that unload a model behind another one not counted; 0 when the request never left the gateway.
    public var attempts: Int
    /// How many of them were not the first of the request, or of one of its parts.
    public var furtherAttempts = 0
    /// Tokens of the prompt: the instance's count, or an estimate from the prompt's bytes where it gave none.
    public var promptTokens: Int
    /// Tokens of the answer: the instance's count, or an estimate from the answer's bytes where it gave none.
    public var completionTokens: Int
    /// From the request's last byte to the answer's last byte.
    public var durationNanoseconds: Int64
    /// From the request's last byte to the first token; negative when none came.
    public var timeToFirstTokenNanoseconds: Int64
    /// How long it waited in the gateway's queue.
    public var queueNanoseconds: Int64
    /// How long the instance took to have the model ready; negative when it did not say.
    public var loadNanoseconds: Int64
    /// How long the instance spent on the prompt; negative when it did not say.
    public var prefillNanoseconds: Int64
    /// How long the instance spent on the answer's tokens; negative when it did not say.
    public var decodeNanoseconds: Int64
    /// The cost of the request, in picodollars (1e-12 US dollars); 0 for an instance of one's own.
    public var cost: Int64
    /// The cost of the attempts whose answers the client did not get, in picodollars; not part of ``cost``.
    public var failedAttemptsCost: Int64 = 0
    /// The cost at the model of `drover.compare_with`, in picodollars; negative when nothing is compared.
    public var comparedCost: Int64 = -1
    /// How many other models took the place of the one asked for.
    public var fallbacks = 0
    /// Whether it had to stay inside.
    public var isConfined: Bool { confinement != 0 }
    /// The reasons that kept it inside, one bit each: 1 its model, 2 its header, 4 its key.
    public var confinement: UInt8 = 0
    /// How often another instance was asked as well, since the one that had it was late.
    public var hedges: UInt8 = 0
    /// How often that one answered first.
    public var hedgesWon: UInt8 = 0
    /// How often another instance took the place of one that was late.
    public var moves: UInt8 = 0
    /// The place of the attempt that answered, or failed last, among all; 0 where there was none, or several at once.
    public var lastAttempt: UInt16 = 0
    /// How often it was sent to a cloud.
    public var cloudCalls = 0
    /// How many calls of tools had arguments that were no JSON, and were mended.
    public var mendedCalls = 0
    /// How often a way out was refused to it.
    public var fenceRefusals = 0
    /// The API by which it came; nil where it was refused before that was known.
    public var front: Front?
    /// Its place in a trace; nil where none are made.
    public var trace: RequestTrace?
    /// From the request's last byte until its last attempt was sent; negative when none was.
    public var sentNanoseconds: Int64 = -1
    /// The attempts that failed or were left, in the order of their ends; the one that answered is not among them.
    public var failedAttempts: [FailedAttempt] = []
    /// Where it came from.
    public var client = ClientAddress.unknown
    /// The key that it came with; none for the master key, and where no key is asked for.
    public var key: KeyLabel?
    /// The request's name in headers and logs.
    public var callID: CallID

    /// A record with everything said.
    public init(
        model: Int, deployment: Int, outcome: RequestOutcome, error: Int = -1, status: Int, stream: Bool, attempts: Int,
        promptTokens: Int = 0, completionTokens: Int = 0, durationNanoseconds: Int64,
        timeToFirstTokenNanoseconds: Int64 = -1, queueNanoseconds: Int64 = 0, loadNanoseconds: Int64 = -1,
        prefillNanoseconds: Int64 = -1, decodeNanoseconds: Int64 = -1, cost: Int64 = 0, callID: CallID
    ) {
        self.model = model
        self.deployment = deployment
        self.outcome = outcome
        self.error = error
        self.status = status
        self.stream = stream
        self.attempts = attempts
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.durationNanoseconds = durationNanoseconds
        self.timeToFirstTokenNanoseconds = timeToFirstTokenNanoseconds
        self.queueNanoseconds = queueNanoseconds
        self.loadNanoseconds = loadNanoseconds
        self.prefillNanoseconds = prefillNanoseconds
        self.decodeNanoseconds = decodeNanoseconds
        self.cost = cost
        self.callID = callID
    }

    /// The record of a call that is refused before it is an exchange: with the status that its client is told.
    public init(refusing call: CallHead, with error: GatewayError, from client: ClientAddress) {
        self.init(
            model: -1, deployment: -1, outcome: error.status < 500 ? .rejected : .failed, error: error.kind.rawValue,
            status: error.told(to: call).status, stream: false, attempts: 0, durationNanoseconds: 0,
            callID: call.callID)
        (self.client, key, front) = (client, call.caller.label, call.front)
    }

    /// Tokens per second while the answer was written; `nil` when there were none or the time is not known.
    public var tokensPerSecond: Double? {
        guard let spent = writingNanoseconds else { return nil }
        return Double(completionTokens) * 1e9 / Double(spent)
    }

    /// The time that one token of the answer took; `nil` when there were none or the time is not known.
    public var nanosecondsPerToken: Int64? { writingNanoseconds.map { $0 / Int64(completionTokens) } }

    /// How long tokens were written; `nil` when there were none or the time is not known.
    private var writingNanoseconds: Int64? {
        guard completionTokens > 0 else { return nil }
        var spent = decodeNanoseconds
        if spent <= 0, timeToFirstTokenNanoseconds >= 0 { spent = durationNanoseconds &- timeToFirstTokenNanoseconds }
        return spent > 0 ? spent : nil
    }
}

extension UInt8 {
    /// One more, or the most that there can be.
    mutating func countUp(by more: UInt8 = 1) { self = UInt8(clamping: Int(self) + Int(more)) }
}

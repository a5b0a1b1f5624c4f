/// A change on a box. Requests are named by the number their caller gave them, models by their place in the settings.
public enum BoxChange: Equatable, Sendable {
    /// The queue is full: the request is over, with a 503.
    case rejected(Int)
    /// The request took a slot and reads its prompt.
    case started(Int)
    /// The request wrote that many more tokens.
    case tokens(Int, count: Int)
    /// The request is over, its slot free.
    case finished(Int, BoxTimings)
    /// The model's load began.
    case loadBegan(model: Int)
    /// The model is in memory.
    case loaded(model: Int)
    /// The load ended with the client it belonged to.
    case loadAborted(model: Int)
    /// The model is out of memory; `evicted` when another model or other options needed its room.
    case unloaded(model: Int, evicted: Bool)
}

/// When the stages of a request took place, all in virtual time.
public struct BoxTimings: Equatable, Sendable {
    /// The request came.
    public var arrived: Nanoseconds
    /// The model was there for it; the time from `arrived` is what a box calls its load duration.
    public var obtained: Nanoseconds
    /// It got a slot; where prompts are read in turn, its turn came. The wait in between is in no duration that a box tells.
    public var started: Nanoseconds
    /// Its prompt was read.
    public var read: Nanoseconds
    /// Its last token was written.
    public var finished: Nanoseconds
    /// Tokens of its prompt that its slot knew already.
    public var cachedTokens = 0
}

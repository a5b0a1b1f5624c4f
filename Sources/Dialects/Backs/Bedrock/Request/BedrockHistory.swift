/// The facts of a conversation so far that the rest of a request depends on.
struct BedrockHistory {
    /// It holds calls or their results, which Converse takes only beside tools.
    var hasToolBlocks = false
    /// The latest message with calls came without the thinking that led to them.
    var callsAreUnsealed = false
}

/// One message of a conversation, in no dialect.
struct Message {
    enum Role { case system, user, assistant, tool }

    /// The language that it is written in.
    let words: any RequestWords.Type
    var role = Role.user
    /// Which one it is, from 0.
    var index = 0
    /// Thinking that has a seal, then words and media, then pictures of an earlier answer, then calls.
    var blocks: [Block] = []
    /// Whether its content is one string, be it empty or missing; else a list of parts.
    var isString = true
    /// What was thought, without a seal: a JSON string.
    var thoughts = JSONSlice()
    /// Proves that its words are the model's own: the inside of a string.
    var seal = JSONSlice()
    /// The mark of the whole message; see ``Block/mark``.
    var mark = JSONSlice()
    /// The call that it is the result of.
    var callID = CallID.missing
    /// The function's name, where the client says it: a JSON string.
    var toolName = JSONSlice()
    /// Whether it says that the call has failed.
    var isError = false

    /// For faults.
    var place: Place { Place(words: words, message: index, spot: .message) }

    init(in words: any RequestWords.Type) { self.words = words }

    /// A message like it without anything said, which keeps the room of the blocks.
    mutating func begin(_ role: Role, _ index: Int) {
        self.role = role
        self.index = index
        blocks.removeAll(keepingCapacity: true)
        isString = true
        thoughts = JSONSlice()
        seal = JSONSlice()
        mark = JSONSlice()
        callID = .missing
        toolName = JSONSlice()
        isError = false
    }
}

/// The functions of the latest calls, so that a result which does not name its own can be given it.
struct CallNames {
    private var calls: [(id: CallID, name: JSONSlice)] = []
    /// A result is looked up in so many, lest a conversation of calls alone costs its square.
    private static let most = 256

    mutating func add(_ call: Block.Call) {
        if case .missing = call.id { return }
        if calls.count == Self.most { calls.removeFirst(Self.most / 2) }
        calls.append((call.id, call.name))
    }

    /// The name of the function that was called, a JSON string.
    func name(of id: CallID, in bytes: UnsafeRawBufferPointer) -> JSONSlice? {
        calls.last { $0.id.equals(id, in: bytes) }?.name
    }
}

/// What keeps a gateway of a sound configuration from being set up: a file or a variable outside of it.
struct SetupFault: Error, CustomStringConvertible {
    /// What is wrong and what to do about it.
    let description: String

    init(_ description: String) { self.description = description }
}

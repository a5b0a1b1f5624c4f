/// A fault outside of a sound configuration that keeps a gateway from starting: a file or a variable.
struct SetupFault: Error, CustomStringConvertible {
    /// The cause, and a remedy.
    let description: String

    init(_ description: String) { self.description = description }
}

/// What a store could not do, and what an operator should do about it.
public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What a caller decides by.
    public enum Reason: String, Equatable, Sendable, CaseIterable {
        /// No room left.
        case full
        /// Another process holds the lock.
        case locked
        /// Another gateway keeps its ledger there.
        case claimed
        /// It may not be written.
        case readOnly = "read_only"
        /// It is damaged, or something else than a ledger.
        case damaged
        /// It is LiteLLM's database, and not to be written.
        case foreign
        /// It cannot be reached: no such folder, no permission, no server.
        case unreachable
        /// It was written by a newer release.
        case tooNew = "too_new"
        /// The system failed to read or write.
        case inputOutput = "input_output"
        /// Anything else: a fault of ours.
        case fault
    }

    /// What a caller decides by.
    public let reason: Reason
    /// A sentence for the operator: what is wrong, and what to do next.
    public let message: String

    /// An error of this reason.
    public init(_ reason: Reason, _ message: String) {
        (self.reason, self.message) = (reason, message)
    }

    /// The sentence.
    public var description: String { message }
}

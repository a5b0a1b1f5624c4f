/// A configuration as far as it could be read, with all that is to be said about it.
public struct Loaded: Sendable {
    /// The configuration as read; defaults stand where a fault was.
    public var configuration: Configuration
    /// Faults, in file order. A configuration with faults is not to be served.
    public var faults: [Diagnostic]
    /// Warnings, in file order: accepted, but not as it seems.
    public var warnings: [Diagnostic]
    /// Those of the warnings that say a variable is unset or empty: under `check --live` they are faults.
    public var unsetVariables: [Diagnostic]
    /// Why `serve` must not start although `check` passes: a master key whose variable is unset or empty.
    public var refusals: [Diagnostic]
    /// The files that say nothing: no text, or comments alone.
    public var blankFiles: [String] = []
}

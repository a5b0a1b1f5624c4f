/// A configuration as far as it could be read, with all that is to be said about it.
public struct Loaded: Sendable {
    /// What was read; defaults stand where a fault was.
    public var configuration: Configuration
    /// What is wrong, in file order. A configuration with faults is not to be served.
    public var faults: [Diagnostic]
    /// What is accepted but is not as it seems, in file order.
    public var warnings: [Diagnostic]
    /// Those of the warnings that say a variable is unset or empty: under `check --live` they are faults.
    public var unsetVariables: [Diagnostic]
    /// Why `serve` must not start although `check` passes: a master key whose variable is unset or empty.
    public var refusals: [Diagnostic]
}

/// What becomes of tool calls whose arguments are no JSON.
public enum ToolCallRepair: String, CaseIterable, Sendable {
    /// They go to the client as they came.
    case off
    /// They are repaired where there is but one way to.
    case fix
    /// The same, and where there is none the model is asked once more, with what was wrong.
    case ask
}

/// A value with the place where it is written, so that a later check can still name it.
public struct Located<Value: Sendable>: Sendable {
    /// The value that is written there.
    public var value: Value
    /// Where; `nil` for a default, which is written nowhere.
    public var mark: SourceMark?
    /// The dotted path of its key, such as `model_list[2].litellm_params.api_base`.
    public var path: String

    /// A value read at `mark`, or a default when there is no mark.
    public init(_ value: Value, mark: SourceMark? = nil, path: String) {
        self.value = value
        self.mark = mark
        self.path = path
    }

    /// A sentence about this value, with its place.
    public func diagnostic(_ message: String) -> Diagnostic {
        Diagnostic(mark: mark, path: path, message: message)
    }
}

// Where a value stands is not part of what it says.
extension Located: Equatable where Value: Equatable {
    /// Equal when the values are, wherever they stand.
    public static func == (left: Self, right: Self) -> Bool { left.value == right.value }
}
